import { SMALL_NUMBERS } from '../../core/values/number-words.ts';

const TENS: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
/** The vague ones stand for as many as they mean at least. */
const VAGUE: Readonly<Record<string, number>> = {
  'half a dozen': 6,
  'a half dozen': 6,
  'a dozen': 12,
  'a couple of': 2,
  'a couple': 2,
  'couple of': 2,
  'a pair of': 2,
  'pair of': 2,
  both: 2,
  'a handful of': 3,
  'handful of': 3,
  'a series of': 3,
  'series of': 3,
  'two dozen': 24,
  'three dozen': 36,
  'a few': 3,
  few: 3,
  several: 3,
  multiple: 3,
  'a number of': 3,
  'a bunch of': 3,
  'bunch of': 3,
  many: 5,
  numerous: 5,
  countless: 5,
  'lots of': 5,
  'a lot of': 5,
  'loads of': 5,
  'tons of': 5,
  'plenty of': 5,
  'dozens of': 24,
  dozens: 24,
  'a hundred': 100,
  hundreds: 100,
  'hundreds of': 100,
};
const ORDINALS: Readonly<Record<string, number>> = {
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
};

const ones = Object.keys(SMALL_NUMBERS).join('|');
const tens = Object.keys(TENS).join('|');

/** Numbers in figures or words up to ninety-nine, as a part of other patterns: one group of its own, none inside. */
export const EXACT_NUMBER = String.raw`(?:\d{1,4}(?:[.,]\d{1,2})?|(?:${tens})(?:[\s-](?:${ones}))?|(?:${ones})|dozen)`;
const vague = Object.keys(VAGUE)
  .sort((left, right) => right.length - left.length)
  .join('|')
  .replaceAll(' ', String.raw`\s+`);
/** Exact ones, and "several", "a dozen", "lots of". */
export const ANY_NUMBER = `(?:${vague}|${EXACT_NUMBER})`;
/** "third", "5th". */
export const ORDINAL = String.raw`(?:${Object.keys(ORDINALS).join('|')}|\d{1,2}(?:nd|rd|th))`;

/** The number that `written`, a match of one of the patterns above, stands for; NaN for anything else. */
export function toNumber(written: string): number {
  const words = written.toLowerCase().trim().replace(/\s+/g, ' ');
  if (/^\d+(?:nd|rd|th)$/.test(words)) return Number(words.slice(0, -2));
  const known = VAGUE[words] ?? SMALL_NUMBERS[words] ?? TENS[words] ?? ORDINALS[words];
  if (known !== undefined) return known;
  if (words === 'dozen') return 12;
  const [ten = '', one = ''] = words.split(/[\s-]/);
  if (TENS[ten] !== undefined && SMALL_NUMBERS[one] !== undefined) return TENS[ten] + SMALL_NUMBERS[one];
  return Number(words.replace(',', '.'));
}
