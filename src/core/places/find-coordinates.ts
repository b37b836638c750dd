import type { Place } from './place.ts';

/** Two numbers in a text that are written as a place is. */
export interface CoordinatesInText {
  /** Where they begin and end in the text. */
  start: number;
  end: number;
  /** What they may mean, the likeliest first: which is inside the region has to be looked at. */
  readings: Place[];
}

type Axis = 'latitude' | 'longitude';

interface Coordinate {
  start: number;
  end: number;
  degrees: number;
  hasSign: boolean;
  /** From a label, such as `lon`. */
  axis: Axis | null;
  /** `N`, `S`, `E` or `W`. */
  letter: string | null;
  /** Where the number ends, when a letter after it may be the beginning of what follows, such as `N Main St`. */
  endBeforeLetter: number | null;
}

const LABEL = String.raw`(?<label>lat(?:itude)?|lon(?:g(?:itude)?)?|lng)\b[.:=\s]*`;
const BEFORE = String.raw`(?<before>[NSEW])\s*`;
/** Fewer decimals than four are mileposts, prices and dimensions. */
const DECIMAL = String.raw`(?<sign>[-+−–]?)(?<whole>\d{1,3})[.,](?<fraction>\d{4,})(?!\d)`;
const SEXAGESIMAL = String.raw`(?<degree>\d{1,3})\s*°\s*(?<minute>\d{1,2}(?:\.\d+)?)\s*['′’](?:\s*(?<second>\d{1,2}(?:\.\d+)?)\s*(?:["″”]|''))?`;
const UNIT = String.raw`(?:\s*(?:°|º|deg(?:rees?)?\b\.?))?`;
const AFTER = String.raw`(?:\s*(?<after>north|south|east|west|[NSEW])\b)?`;
const COORDINATE = new RegExp(
  String.raw`(?<![\w.$€£#%×−–-])(?:${LABEL})?(?:${BEFORE})?(?:${DECIMAL}${UNIT}|${SEXAGESIMAL})${AFTER}`,
  'giu',
);
/** Between the two: at most one separator. */
const GAP = /^(?:\s*[,;/|&]\s*|\s+|\s+and\s+|\s*)$/iu;
/** What is counted in these is no degree. */
const COUNTED_BEFORE =
  /(?:\b(?:miles?|milepost|mile\s*marker|m\.?p|km|sta(?:tion)?|chainage)\.?|[$€£#])\s*$/iu;
const COUNTED_AFTER =
  /^\s*(?:%|(?:m|ft|feet|foot|inch(?:es)?|cm|mm|km|mi|miles?|kg|lbs?|tons?|usd|dollars?)\b)/iu;

/**
 * The places written in a text as degrees, in its order: `39.8512, -89.5410`, `39.8512° N, 89.5410° W`, `lat 39.8512 lon
 * -89.5410`, `39°51'04"N 89°32'28"W`. At least four decimals each, no digit or currency directly before. A letter or a
 * label says which of the two is which; else latitude comes first.
 */
export function findCoordinates(text: string): CoordinatesInText[] {
  const found = listCoordinates(text);
  const pairs: CoordinatesInText[] = [];
  for (let index = 0; index + 1 < found.length; index += 1) {
    const [first, second] = [found[index], found[index + 1]] as [Coordinate, Coordinate];
    if (!GAP.test(text.slice(first.end, second.start))) continue;
    if (COUNTED_BEFORE.test(text.slice(0, first.start)) || COUNTED_AFTER.test(text.slice(second.end)))
      continue;
    const readings = listReadings(first, second);
    if (readings.length > 0) pairs.push({ start: first.start, end: endOf(first, second), readings });
    index += 1;
  }
  return pairs;
}

function listCoordinates(text: string): Coordinate[] {
  const found: Coordinate[] = [];
  const pattern = new RegExp(COORDINATE);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const coordinate = readCoordinate(match);
    found.push(coordinate);
    pattern.lastIndex = coordinate.end;
  }
  return found;
}

/** Of "N 39.8512 W 89.5410" the W is the second one's. */
function readCoordinate(match: RegExpExecArray): Coordinate {
  const { label, before, sign, whole, fraction, degree, minute, second, after } = match.groups ?? {};
  const start = match.index;
  const matchEnd = start + match[0].length;
  const isNextLetter = before !== undefined && after !== undefined;
  const end = isNextLetter ? matchEnd - after.length : matchEnd;
  const isNegative = sign !== undefined && /[-−–]/.test(sign);
  const size = whole === undefined ? readSexagesimal(degree, minute, second) : Number(`${whole}.${fraction}`);
  return {
    start,
    end,
    degrees: isNegative ? -size : size,
    hasSign: sign !== undefined && sign !== '',
    axis: label === undefined ? null : /^lat/i.test(label) ? 'latitude' : 'longitude',
    letter: (before ?? after)?.charAt(0).toUpperCase() ?? null,
    endBeforeLetter: before === undefined && after !== undefined ? end - after.length : null,
  };
}

function readSexagesimal(degree = '0', minute = '0', second = '0'): number {
  return Number((Number(degree) + Number(minute) / 60 + Number(second) / 3_600).toFixed(6));
}

function listReadings(first: Coordinate, second: Coordinate): Place[] {
  const asWritten = combine(first, second);
  // A letter after the last number may begin the next word: "39.8512, -89.5410 N Main St".
  const isLoose = second.endBeforeLetter !== null && first.letter === null;
  const withoutLetter = isLoose && second.hasSign ? combine(first, { ...second, letter: null }) : null;
  return [asWritten, withoutLetter].filter((place) => place !== null);
}

/** Null when what is written contradicts itself, such as two latitudes, or `-39.8512 N`. */
function combine(first: Coordinate, second: Coordinate): Place | null {
  const [one, other] = [axisOf(first), axisOf(second)];
  if (one === 'contradiction' || other === 'contradiction') return null;
  const firstAxis = one ?? (other === 'latitude' ? 'longitude' : 'latitude');
  if ((other ?? opposite(firstAxis)) === firstAxis) return null;
  const [north, east] = firstAxis === 'latitude' ? [first, second] : [second, first];
  const [latitude, longitude] = [signed(north), signed(east)];
  return latitude === null || longitude === null ? null : { latitude, longitude };
}

function opposite(axis: Axis): Axis {
  return axis === 'latitude' ? 'longitude' : 'latitude';
}

function axisOf({ axis, letter }: Coordinate): Axis | 'contradiction' | null {
  if (letter === null) return axis;
  const told = letter === 'N' || letter === 'S' ? 'latitude' : 'longitude';
  return axis === null || axis === told ? told : 'contradiction';
}

function signed({ degrees, letter }: Coordinate): number | null {
  if (letter === null) return degrees;
  if (letter === 'S' || letter === 'W') return -Math.abs(degrees);
  return degrees < 0 ? null : degrees;
}

function endOf(first: Coordinate, second: Coordinate): number {
  const isLetterUsed = combine(first, second) !== null;
  return isLetterUsed || second.endBeforeLetter === null ? second.end : second.endBeforeLetter;
}
