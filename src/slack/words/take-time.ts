/** A time of day in minutes from the day's beginning, at most 24:00, and what follows it. */
export interface TimeRead {
  minutes: number;
  rest: string;
}

const NOON = 12 * 60;
const MIDNIGHT = 24 * 60;
const HALF = String.raw`(a\.?\s?m\.?|p\.?\s?m\.?)`;
/** Nothing may be glued to a time: `14:00Z` and `2pm-ish` are not read in part. */
const END = String.raw`(?![\p{L}\p{N}:./]|-\p{L}|-\d+-)`;
const WITH_HALF = new RegExp(String.raw`^(\d{1,2})(?:[:.](\d{2}))?\s?${HALF}${END}`, 'iu');
const WITH_MINUTES = new RegExp(
  String.raw`^(?:(\d{1,2}):|(\d{2})h)(\d{2})(?:\s?(?:h|hrs|hours))?${END}`,
  'iu',
);
/** As said over the radio: 1400, 0730. */
const FOUR_DIGITS = new RegExp(String.raw`^(\d{2})(\d{2})(?:\s?(?:h|hrs|hours))?${END}`, 'iu');
const NAMED = /^(noon|midday|12\s+noon|midnight|end\s+of\s+(?:the\s+)?day|eod)(?![\p{L}\p{N}])/iu;
const DASH = '[-–—‑−]';
/** Only one end says which half of the day is meant: `9-12pm`; or both are hours of the 24: `8-16`. */
const SHORT_RANGE = new RegExp(
  String.raw`^(\d{1,2})(?::(\d{2}))?\s?(?:${DASH}|to\s|until\s|till\s)\s?(\d{1,2})(?::(\d{2}))?\s?${HALF}?${END}`,
  'iu',
);

/** A time of day at the beginning of `text`: `14:00`, `2 pm`, `1400`, `noon`. Null when it begins otherwise. */
export function takeTime(text: string): TimeRead | null {
  const named = NAMED.exec(text);
  if (named) return { minutes: /noon|midday/i.test(named[0]) ? NOON : MIDNIGHT, rest: after(text, named) };
  const halved = WITH_HALF.exec(text);
  if (halved) {
    const minutes = minutesOf(halved[1], halved[2], halved[3]);
    return minutes === null ? null : { minutes, rest: after(text, halved) };
  }
  const written = WITH_MINUTES.exec(text);
  const radio = written === null ? FOUR_DIGITS.exec(text) : null;
  const match = written ?? radio;
  if (match === null) return null;
  const minutes = written
    ? minutesOf(written[1] ?? written[2], written[3], undefined)
    : minutesOf(match[1], match[2], undefined);
  return minutes === null ? null : { minutes, rest: after(text, match) };
}

/** `9-12pm`, `2 to 4 pm`, `8-16`: two times of one day of which only one is complete. Null for everything else. */
export function takeShortRange(text: string): { from: number; to: number; rest: string } | null {
  const match = SHORT_RANGE.exec(text);
  if (!match) return null;
  const [, hour, minute, lastHour, lastMinute, half] = match;
  const rest = after(text, match);
  if (half === undefined) {
    const from = minutesOf(hour, minute, undefined);
    const to = minutesOf(lastHour, lastMinute, undefined);
    const isOfTheTwentyFour = to !== null && (to > NOON + 59 || to === MIDNIGHT);
    return from !== null && isOfTheTwentyFour && from < to ? { from, to, rest } : null;
  }
  const to = minutesOf(lastHour, lastMinute, half);
  if (to === null) return null;
  const [same, other] = [half, /^p/i.test(half) ? 'am' : 'pm'].map((one) => minutesOf(hour, minute, one));
  const from = [same, other].find((one) => one !== null && one !== undefined && one < to);
  return from === undefined || from === null ? null : { from, to, rest };
}

function minutesOf(hour = '', minute = '0', half: string | undefined): number | null {
  const [hours, minutes] = [Number(hour), Number(minute)];
  if (minutes > 59) return null;
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return null;
    return ((hours % 12) + (/^p/i.test(half) ? 12 : 0)) * 60 + minutes;
  }
  return hours < 24 || (hours === 24 && minutes === 0) ? hours * 60 + minutes : null;
}

function after(text: string, match: RegExpExecArray): string {
  return text.slice(match[0].length);
}
