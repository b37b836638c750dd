const COORDINATES = /[([]?-?\d{1,3}\.\d{4,},\s*-?\d{1,3}\.\d{4,}[)\]]?/g;

/**
 * A title without coordinates: nobody reads a place from them, and they take the room of what is read. As it is when there
 * is nothing else in it.
 */
export function dropCoordinates(title: string): string {
  const rest = title.replace(COORDINATES, ' ').replace(/(\s*[·,;]\s*)+(?=[·,;]|$)|^\s*[·,;]\s*/g, ' ');
  return rest.replace(/\s+/g, ' ').trim() || title;
}
