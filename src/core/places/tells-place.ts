import { findCoordinates } from './find-coordinates.ts';

/** What streets, buildings and grounds are called; in other languages, the words for a street and a square. */
const GROUND =
  /(?<![\p{L}\p{N}])(?:st|street|ave?|avenue|rd|road|ln|lane|blvd|boulevard|dr|drive|hwy|highway|freeway|interstate|route|rte|pkwy|parkway|way|ct|court|pl|place|plaza|sq|square|park|bridge|alley|terrace|circle|trail|loop|tunnel|underpass|overpass|ramp|exit|crossing|crosswalk|intersection|corner|junction|roundabout|sidewalk|parking lot|driveway|block|milepost|mile|school|library|church|mosque|temple|station|hospital|mall|market|downtown|harbou?r|pier|dock|airport|cemetery|playground|stadium|city hall|courthouse|museum|creek|river|lake|beach|neighbou?rhood|district|depot|yard|calle|avenida|avda|carretera|camino|plaza|esquina|barrio|rue|chemin|place|stra(?:ß|ss)e|platz|weg|via|viale|piazza|rua|praça|ulica|улица|شارع|רחוב)(?![\p{L}\p{N}])/iu;
/** "near the old mill", "at Joe's". */
const BESIDE =
  /\b(?:at|near|by|on|along|outside|inside|behind|opposite|beside|between|under|past|across from|in front of|next to|close to|north of|south of|east of|west of) (?:the |a |an |my |our |your )?[\p{L}\p{N}]{3,}/iu;
/** "Elm & 9th", "Main/Oak", "Elm and Main". */
const CROSSING = /\p{L}{3,}\s*[&@/+]\s*[\p{L}\p{N}]{2,}|\p{Lu}\p{L}{2,} and \p{Lu}\p{L}{2,}/u;
/** "12 Oak", "pole 77", "5th": a number, and a word beside it. */
const NUMBERED = /\p{N}/u;
const WORD = /\p{L}{2,}/u;
/** "I-80", "A7", "US 66". */
const NUMBERED_ROAD = /(?<![\p{L}\p{N}])\p{L}{1,3}[- ]?\p{N}{1,4}(?![\p{L}\p{N}])/u;

/**
 * Whether somebody who reads `text` is told where to go, roughly: coordinates, a house number, a crossing, a street, a
 * building, or one of the `names` that the agency knows. It need not be a place that exists.
 */
export function tellsPlace(text: string, names: readonly string[] = []): boolean {
  if (findCoordinates(text).length > 0) return true;
  if (NUMBERED.test(text) && WORD.test(text)) return true;
  if ([GROUND, BESIDE, CROSSING, NUMBERED_ROAD].some((pattern) => pattern.test(text))) return true;
  const written = text.toLowerCase();
  return names.some((name) => name.length > 2 && written.includes(name.toLowerCase()));
}
