import { parse } from 'chrono-node/en';
import { SMALL_NUMBERS } from '../../core/values/number-words.ts';

const NUMBER = [...Object.keys(SMALL_NUMBERS), 'twenty', 'thirty'].join('|');
const COUNT = String.raw`an?|${NUMBER}|half(?:\s+an?)?|several|(?:a\s+)?few|couple(?:\s+of)?`;
const UNIT = '(?:minute|min|hour|hr|day|week|wk|fortnight|month|year|shift)s?|h|d';
const WEEKDAY = '(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?';
const BEFORE = 'at|from|until|till?|to|by|before|after|since|around|about|through|thru|past|ab|bis|um|@';
const anywhere = (source: string) =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${source})(?![\p{L}\p{N}])`, 'iu');
const atStart = (source: string) => new RegExp(String.raw`^(?:${source})(?![\p{L}\p{N}])`, 'iu');

/** What the parser of English dates does not know, wherever it stands. */
const SPOKEN = [
  anywhere(String.raw`(?:x\s*)?(?:\d+\s*-?\s*|(?:${COUNT})[\s-]+)(?:${UNIT})`),
  anywhere(
    String.raw`\d{1,2}\s*[:.h]\s*\d{2}(?:\s*[ap]\.?\s?m)?|\d{1,2}\s*(?:[ap]\.?(?:\s?m\.?)?|uhr|o.?clock)`,
  ),
  anywhere(String.raw`\d{1,2}\s*(?:[-–—‑−]|to|and|until|till?)\s*\d{1,2}`),
  anywhere(
    String.raw`(?:for|${BEFORE})\s+(?:about\s+|half\s+|a\s+quarter\s+|quarter\s+)?(?:\d+|(?:${NUMBER})(?!\s+of))`,
  ),
  anywhere(
    String.raw`(?:${NUMBER})(?:[\s-]+(?:thirty|fifteen))?\s+(?:to|till?|until|[ap]\.?\s?m\.?|o.?clock)`,
  ),
  anywhere(String.raw`half\s+past|quarter\s+(?:to|past)|(?:${NUMBER}|noon)-?ish`),
  anywhere(String.raw`(?:until|till|thru|since)\s+\S+`),
  anywhere(String.raw`(?:every|each|alternate)\s+\S+|on\s+(?:${WEEKDAY})s?`),
  anywhere('daily|nightly|weekly|weekdays?|weekends?|overnight|noon|midday|midnight|eod|cob|fortnights?'),
  anywhere(
    'early|earlier|earliest|late|later|latest|lunch(?:time)?|(?:mid-?)?mornings?|evenings?|afternoons?',
  ),
  anywhere(
    String.raw`eve|aft|arvo|first\s+thing|(?:first|second|other|last)\s+half|briefly|a\s+(?:bit|while|moment)`,
  ),
  anywhere('onwards?|indefinitely|permanent(?:ly)?|for good|long[- ]?term|short[- ]?term|until further'),
  anywhere(String.raw`excl\.?|excluding|exclusive|incl\.?|including|inclusive|except|apart\s+from|but\s+not`),
  anywhere(
    String.raw`(?:end|rest|beginning|start|middle|first half|second half)\s+of\s+(?:the\s+)?(?:day|week|month|shift|year)`,
  ),
  anywhere(String.raw`(?:all|half|whole|next|this|following|coming)\s+(?:day|week|month|year|shift)`),
  anywhere(`${WEEKDAY}s`),
  anywhere(String.raw`\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{1,2}(?:st|nd|rd|th)`),
];
/** Which shift is meant nobody knows here; "night shift" behind two times is only a reason. */
const SHIFT = anywhere(String.raw`(?:\S+\s+)?shifts?(?:\s+\d)?`);
/** At the beginning, right behind what was read, also what elsewhere is a number or a word. */
const RIGHT_BEHIND = [
  // "3 people ill" is how many; everything else that begins with a number may be an hour.
  /^\d+(?!\d)(?!\s*(?:people|persons?|men|women|workers?|members?|of\b|colleagues?))\S*/iu,
  atStart(String.raw`(?:and|or|plus|&)\s+(?:a\b|an\b|\d|half|quarter|${NUMBER})(?:\s+\S+)?`),
  atStart(String.raw`(?:an?\s+)?(?:minute|min|hour|hr|week|wk|month|year)s?|days`),
  atStart('utc|gmt|[ecmp][sd]t|[ecmp]t|cest|cet|bst|eet|eest|wet|west|z|zulu'),
  atStart(String.raw`(?:eastern|central|pacific|mountain|local)(?:\s+time)?`),
  atStart(String.raw`(?:the\s+)?\d{1,2}(?:st|nd|rd|th)`),
  atStart('am|pm|a\\.m|p\\.m|o.?clock|uhr|hrs?'),
];

const PART_OF_DAY = /^(?:(?:this|last|in the|at)\s+)?(?:morning|afternoon|evening|night)s?$/i;

/**
 * What in `text`, which follows a time that was read, may be said of time as well; null when nothing is. Text in quotes is
 * nobody's time, and a part of the day ("night shift") says no more when both times were read: `isTimed`.
 */
export function findUnreadTime(text: string, isTimed: boolean): string | null {
  const trimmed = text.replace(/^[\s,;:(–-]+/, '').trim();
  if (trimmed === '' || isQuoted(trimmed)) return null;
  const dates = parse(trimmed).filter(({ text: word }) => word.toLowerCase() !== 'now');
  const patterns = [...RIGHT_BEHIND, ...SPOKEN, ...(isTimed ? [] : [SHIFT])];
  const found = [
    ...dates.map((date) => ({ index: date.index, word: date.text })),
    ...patterns.flatMap((pattern) => {
      const match = pattern.exec(trimmed);
      return match ? { index: match.index, word: match[0].trim() } : [];
    }),
  ].filter(({ word }) => !(isTimed && PART_OF_DAY.test(word)));
  const [first] = found.sort((one, other) => one.index - other.index || other.word.length - one.word.length);
  return first?.word ?? null;
}

/** A reason without the quotes that keep it from being read. */
export function dropQuotes(text: string): string {
  return isQuoted(text.trim()) ? text.trim().slice(1, -1).trim() : text;
}

function isQuoted(text: string): boolean {
  return /^["“”„«][^"“”„«»]*["“”»]$/u.test(text);
}
