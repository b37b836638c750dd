/** Besides its value, every field has a type, a name with an end, and every text a length and an end. */
const FIELD_BYTES = 2;
const TEXT_BYTES = 5;
const CONTAINER_BYTES = 5;
const SCALAR_BYTES = 8;

/**
 * About how many bytes a JSON value takes in a MongoDB document (BSON). Not the length of its JSON: a list there has the
 * index of every item as its name, so that one of small numbers is several times as long.
 */
export function measureJson(value: unknown): number {
  if (typeof value === 'string') return TEXT_BYTES + measureText(value);
  if (typeof value !== 'object' || value === null) return SCALAR_BYTES;
  let bytes = CONTAINER_BYTES;
  if (Array.isArray(value)) {
    const nameBytes = FIELD_BYTES + String(value.length).length;
    for (const item of value) bytes += nameBytes + measureJson(item);
    return bytes;
  }
  for (const [name, inner] of Object.entries(value)) {
    bytes += FIELD_BYTES + measureText(name) + measureJson(inner);
  }
  return bytes;
}

/** The length of a text in UTF-8; half of a surrogate pair counts for half of its four bytes. */
function measureText(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
