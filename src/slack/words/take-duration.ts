const COUNTS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
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
};

const UNITS = {
  minutes: 'minutes?|mins?|m',
  hours: 'hours?|hrs?|hr|h',
  days: 'days?|d',
  weeks: 'weeks?|wks?|w',
} as const;

const DURATION = new RegExp(
  String.raw`^(?:for\s+)?(?:the\s+next\s+)?(?:(\d{1,4})\s*-?\s*|(${Object.keys(COUNTS).join('|')})\s+)(${Object.values(UNITS).join('|')})(?![\p{L}\p{N}])`,
  'iu',
);

/** So many minutes of the clock, or whole days of the calendar; one of them is 0. */
export interface Duration {
  minutes: number;
  days: number;
}

/** `for 3 days`, `2h`, `for a week` at the beginning of `text`, and what follows; null when it begins otherwise. */
export function takeDuration(text: string): { duration: Duration; rest: string } | null {
  const match = DURATION.exec(text);
  const [whole, figures, word = '', unit = ''] = match ?? [];
  if (whole === undefined) return null;
  const count = figures === undefined ? (COUNTS[word.toLowerCase()] ?? 0) : Number(figures);
  return count === 0
    ? null
    : { duration: durationOf(count, unit.toLowerCase()), rest: text.slice(whole.length) };
}

function durationOf(count: number, unit: string): Duration {
  if (unit.startsWith('m')) return { minutes: count, days: 0 };
  if (unit.startsWith('h')) return { minutes: count * 60, days: 0 };
  return { minutes: 0, days: unit.startsWith('d') ? count : count * 7 };
}
