/** Something a report says, in its own words, and where. */
export interface Mention {
  words: string;
  index: number;
}

/** A length a report gives, of the depth or the width of something. */
export interface Measure {
  of: 'depth' | 'width';
  centimetres: number;
  words: string;
}

/** Things that a report gives the number of, in its own words. */
export interface Count {
  count: number;
  words: string;
}

/** What people write out; the vague ones stand for as many as they mean at least. */
const NUMBER_WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  'a few': 3,
  several: 3,
};
const SPELLED = Object.keys(NUMBER_WORDS).join('|').replaceAll(' ', String.raw`\s+`);

/** Up to three words may stand between a negation and what it denies, unless one of these starts a new thought. */
const NEW_THOUGHT = 'and|but|only|though|yet|however|because|near|at|on|by|in|outside|beside|with|which|that';
const DENIED_BEFORE = new RegExp(
  String.raw`\b(?:no|not|without|nobody|none|never|neither|nor|zero|\w+n't)(?:\s+(?:near|at|on|in|by))?` +
    String.raw`(?:\s+(?!(?:${NEW_THOUGHT})\b)[\w'-]+){0,3}\s*$`,
  'i',
);
const DENIED_AFTER = /^\s*[:=?-]\s*(?:no|none|nil|0)\b/i;
const REACH_OF_DENIAL = 60;

const UNITS: readonly [RegExp, number][] = [
  [/^mm$/i, 0.1],
  [/^c/i, 1],
  [/^(?:in|")/i, 2.54],
  [/^(?:f|')/i, 30.48],
  [/^m/i, 100],
];
/** A bare "in" is mostly the preposition: it counts only before a measure's word, punctuation or the end. */
const MEASURE = new RegExp(
  String.raw`(\d{1,4}(?:[.,]\d{1,2})?|\b(?:${SPELLED})(?![a-z]))\s?-?` +
    String.raw`(mm|cm|centimet(?:er|re)s?|m|met(?:er|re)s?|inch(?:es)?|in(?=\s*(?:$|[.,;!?)]|deep|wide|across|long))|"|ft|feet|foot)` +
    String.raw`(?![a-z])(?:\s+(deep|depth|wide|across|long|in diameter))?`,
  'gi',
);
const SAID_BEFORE = /\b(depth|deep|width|wide|diameter|length)\b[^.,;]{0,8}$/i;

/** What is called by its number: no count of what comes next. */
const NUMBERED =
  'no|nr|route|rte|rt|highway|hwy|interstate|county road|road|rd|street|st|avenue|ave|i|us|sr|cr|m|exit|mile|marker|district|ward|zone|lane|pole|unit|lot|house|building|bldg|ticket|bus|line|room|apt';
/** The number of a road or a house is none of things; nor is one that a unit, a name or a street stands behind. */
const COUNT_BEFORE = new RegExp(
  String.raw`(?<![\w.,#-])(?<!\b(?:${NUMBERED})\.?\s)` +
    String.raw`(\d{1,3}|${SPELLED})\s+(?:(?:very|more|other|new|deep|shallow|large|big|huge|wide|small|bad|nasty|dangerous|broken|dark|separate)\s+){0,2}$`,
  'i',
);
const PLURAL = /\b(?!(?:is|has|was|across|blocks)\b)\w+s\b/i;
const REACH_OF_COUNT = 60;

/** Where `text` says one of `pattern` (global) without denying it: "no injuries" and "injuries: none" are no mentions. */
export function findMentions(text: string, pattern: RegExp): Mention[] {
  return findWords(text, pattern).filter(({ words, index }) => {
    const before = text.slice(Math.max(0, index - REACH_OF_DENIAL), index).replaceAll('’', "'");
    return !DENIED_BEFORE.test(before) && !DENIED_AFTER.test(text.slice(index + words.length));
  });
}

/** Where `text` says one of `pattern` (global), denied or not. */
export function findWords(text: string, pattern: RegExp): Mention[] {
  return [...text.matchAll(pattern)].map((match) => ({ words: match[0], index: match.index }));
}

/**
 * Depths and widths in `text`, in centimetres. A bare "10 cm" or "6 in" is taken for a depth; bare metres and feet are
 * mostly distances ("20 m from the corner") and left out.
 */
export function measure(text: string): Measure[] {
  return [...text.matchAll(MEASURE)].flatMap((match): Measure[] => {
    const [words, number = '', unit = '', after] = match;
    const said = after ?? SAID_BEFORE.exec(text.slice(Math.max(0, match.index - 24), match.index))?.[1];
    const factor = UNITS.find(([name]) => name.test(unit))?.[1] ?? 1;
    if (!said && factor >= 30) return [];
    const of = said && !/^de/i.test(said) ? 'width' : 'depth';
    return [{ of, centimetres: toNumber(number) * factor, words: words.trim() }];
  });
}

/** The numbers in front of what `pattern` (global) names in the plural, denied ones left out: "two deep potholes". */
export function findCounts(text: string, pattern: RegExp): Count[] {
  return findMentions(text, pattern).flatMap(({ words, index }): Count[] => {
    const before = COUNT_BEFORE.exec(text.slice(Math.max(0, index - REACH_OF_COUNT), index));
    if (!before || !PLURAL.test(words)) return [];
    return [{ count: toNumber(before[1] ?? ''), words: `${before[0]}${words}` }];
  });
}

function toNumber(written: string): number {
  const spelled = NUMBER_WORDS[written.toLowerCase().replace(/\s+/g, ' ')];
  return spelled ?? Number(written.replace(',', '.'));
}
