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
const MEASURE =
  /(\d{1,4}(?:[.,]\d{1,2})?)\s?-?(mm|cm|centimet(?:er|re)s?|m|met(?:er|re)s?|inch(?:es)?|in(?=\s*(?:$|[.,;!?)]|deep|wide|across|long))|"|ft|feet|foot)(?![a-z])(?:\s+(deep|depth|wide|across|long|in diameter))?/gi;
const SAID_BEFORE = /\b(depth|deep|width|wide|diameter|length)\b[^.,;]{0,8}$/i;

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
    return [{ of, centimetres: Number(number.replace(',', '.')) * factor, words: words.trim() }];
  });
}
