import { EXACT_NUMBER, toNumber } from './read-numbers.ts';

/** A length a report gives, of the depth or the width of something. */
export interface Measure {
  of: 'depth' | 'width';
  centimetres: number;
  words: string;
}

const UNITS: readonly [RegExp, number][] = [
  [/^mm|^milli/i, 0.1],
  [/^c/i, 1],
  [/^(?:in|")/i, 2.54],
  [/^(?:f|')/i, 30.48],
  [/^y/i, 91.44],
  [/^m/i, 100],
];
/** From here a bare length is mostly a distance: "20 m from the corner". */
const DISTANCE_CM = 30;

/** A bare "in" is mostly the preposition: it counts only before a measure's word, a sign or the end. */
const UNIT = String.raw`(?:mms?|millimet(?:er|re)s?|cms?|centimet(?:er|re)s?|met(?:er|re)s?|mtrs?|inch(?:es)?|ins|in\.(?!\w)|in(?=\s*(?:$|[.,;!?)]|deep|wide|across|long|by\b|high|tall|lip|drop|[x×]\s?\d))|yards?|yds?|feet|foot|ft|m|"|')(?![a-z\d])\.?`;
const SIMPLE = String.raw`\.\d{1,2}|(?:half|quarter)(?=[\s-]inch)|\d{1,2}(?:\s+|-)\d\s?/\s?\d{1,2}|\d{1,2}\s?/\s?\d{1,2}|${EXACT_NUMBER}(?:[\s-]+and[\s-]+a[\s-]+(?:half|quarter))?|(?:half|quarter|three quarters)(?:\s+of)?\s+an?|(?:a\s+)?(?:couple|few)(?:\s+of)?|several|an?`;
const NUMBER = String.raw`(?:(?:${SIMPLE})\s*(?:-|–|to|or)\s*)?(?:${SIMPLE})`;
const EXTRA = String.raw`(?:\s+and\s+a\s+(?:half|quarter))?`;
const DIMENSION =
  'deep|in depth|depth|wide|across|long|in length|in diameter|diameter|in width|width|high|tall|thick|drop(?:[- ]?off)?|lip|rise';
const MEASURE = new RegExp(
  String.raw`(?<![\w./$#-])(?<!\b(?:mile|exit|lane|route|hwy|highway|no|number|unit|apt|at)\.?\s)(${NUMBER})[\s-]?(${UNIT})(${EXTRA})(?:[\s-]*(${DIMENSION})\b)?`,
  'gi',
);
/** "2' x 3'", "12 in x 12 in": these are widths. */
const TIMES_BEHIND = new RegExp(String.raw`^\s*(?:x|×|by)\s*${EXACT_NUMBER}`, 'i');
const TIMES_BEFORE = new RegExp(String.raw`${EXACT_NUMBER}\s*(?:"|'|[a-z]{1,6}\.?)?\s*(?:x|×|by)\s*$`, 'i');
const SAID_BEFORE =
  /\b(depth|deep|width|wide|diameter|length|raised|lifted|sunk(?:en)?|sinks|dropped|drops|subsided|sticks up|sticking up|stands|drop of|lip of|rise of|step of|ridge of|height of|difference of)\b[^.,;]{0,20}$/i;
const VERTICAL =
  /^(?:deep|in depth|depth|high|tall|thick|drop|lip|rise|step|ridge|height|difference|raised|lifted|sunk|sinks|subsided|stick|stands)/i;
/** "at 6 in the morning", "20 feet from the corner", "30 feet in the air". */
const DISTANCE_BEHIND =
  /^\s*(?:from|past|north|south|east|west|away|before|after|beyond|down (?:the|from)|up (?:the|from)|off|ahead|behind|of|in the|into|outside|short|in front|further|apart)\b/i;

/**
 * Depths and widths in `text`, in centimetres. A bare "10 cm" or "6 in" is taken for a depth; bare metres and feet are
 * mostly distances ("20 m from the corner") and left out. Of "4 to 6 inches" the larger counts.
 */
export function measure(text: string): Measure[] {
  return [...text.matchAll(MEASURE)].flatMap((match): Measure[] => {
    const [words, number = '', unit = '', extra = '', after] = match;
    const before = text.slice(Math.max(0, match.index - 40), match.index);
    const behind = text.slice(match.index + words.length);
    const isArea = TIMES_BEHIND.test(behind) || TIMES_BEFORE.test(before);
    const said = after ?? (isArea ? 'across' : SAID_BEFORE.exec(before)?.[1]);
    const factor = UNITS.find(([name]) => name.test(unit))?.[1] ?? 1;
    if (!said && (factor >= DISTANCE_CM || DISTANCE_BEHIND.test(behind))) return [];
    const centimetres = (readQuantity(number) + readExtra(extra)) * factor;
    if (!Number.isFinite(centimetres)) return [];
    return [{ of: said && !VERTICAL.test(said) ? 'width' : 'depth', centimetres, words: words.trim() }];
  });
}

function readQuantity(written: string): number {
  const ends = written.split(/\s*(?:–|\bto\b|\bor\b)\s*|(?<=\d)\s*-\s*(?=\d+(?!\s?\/))/i);
  return Math.max(...ends.map(readNumber));
}

function readNumber(written: string): number {
  const words = written.toLowerCase().trim();
  const fraction = /^(?:(\d+)(?:\s+|-))?(\d+)\s?\/\s?(\d+)$/.exec(words);
  if (fraction) return Number(fraction[1] ?? 0) + Number(fraction[2]) / Number(fraction[3]);
  if (/^half\b/.test(words)) return 0.5;
  if (/^quarter\b/.test(words)) return 0.25;
  if (/^three quarters\b/.test(words)) return 0.75;
  if (/^(?:a )?couple/.test(words)) return 2;
  if (/^(?:(?:a )?few|several)/.test(words)) return 3;
  if (/^an?$/.test(words)) return 1;
  return toNumber(words.replace(/[\s-]+and[\s-]+a[\s-]+(?:half|quarter)$/, '')) + readExtra(words);
}

function readExtra(words: string): number {
  if (/and[\s-]+a[\s-]+half$/i.test(words)) return 0.5;
  return /and[\s-]+a[\s-]+quarter$/i.test(words) ? 0.25 : 0;
}
