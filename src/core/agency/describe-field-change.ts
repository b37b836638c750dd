import { describeCents } from '../values/money.ts';
import { shortenText } from '../values/shorten-text.ts';
import type { Crew, District } from './agency.ts';
import { formatShifts, formatTruck } from './roster-text.ts';

/** How a field's value is said in a line. */
const SAY: Readonly<Record<string, (value: never) => string>> = {
  shifts: (shifts: Crew['shifts']) => formatShifts(shifts).replaceAll('\n', '; '),
  truck: (truck: Crew['truck']) => formatTruck(truck),
  absences: (absences: Crew['absences']) =>
    absences.map(({ from, to, reason }) => `${from} to ${to} (${reason})`).join(', ') || 'none',
  area: (area: District['area']) => `${area.length} corners`,
};
const LONGEST = 160;

/**
 * What became of a field of a roster's entry, in a few words: `size 2 → 3`, `skills +concrete:2 −asphalt`,
 * `shifts mon-fri 07:00-15:30 → mon-thu 06:00-16:00`.
 */
export function describeFieldChange(
  field: string,
  before: unknown,
  after: unknown,
  currency: string,
): string {
  if (field === 'hourlyRateCents' && typeof before === 'number' && typeof after === 'number') {
    return `${describeCents(before, currency)} → ${describeCents(after, currency)} an hour`;
  }
  if (isTexts(before) && isTexts(after)) {
    const added = after.filter((text) => !before.includes(text)).map((text) => `+${text}`);
    const removed = before.filter((text) => !after.includes(text)).map((text) => `−${text}`);
    const words = [...added, ...removed];
    return shortenText(`${field} ${words.length > 0 ? words.join(' ') : 'in another order'}`, LONGEST);
  }
  const [old, now] = [say(field, before), say(field, after)];
  return old === now ? `${field} changed` : shortenText(`${field} ${old} → ${now}`, LONGEST);
}

function say(field: string, value: unknown): string {
  if (value === undefined) return 'none';
  const words = SAY[field];
  if (words && Array.isArray(value)) return words(value as never);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
