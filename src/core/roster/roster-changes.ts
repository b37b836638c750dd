import type { Crew, District, Shift } from '../agency/agency.ts';
import { formatBreak } from '../agency/shift-breaks.ts';
import { describeCents } from '../values/money.ts';
import { shortenText } from '../values/text.ts';
import type { Roster } from './roster.ts';

/** What became of the entries of one list, by id; of a changed one, which of its fields, and how in words. */
export interface ListChanges {
  added: string[];
  removed: string[];
  changed: { id: string; fields: string[]; details: string[] }[];
}

/** What a new roster changes. */
export type RosterChanges = Record<keyof Roster, ListChanges>;

/** Compares two rosters, whose money is in `currency`. The order of a list's entries is no change. */
export function compareRosters(before: Roster, after: Roster, currency: string): RosterChanges {
  return {
    crews: compareLists(before.crews, after.crews, currency),
    depots: compareLists(before.depots, after.depots, currency),
    materials: compareLists(before.materials, after.materials, currency),
    districts: compareLists(before.districts, after.districts, currency),
  };
}

/** The changes, a line each: `crew north: skills +concrete; size 2 → 3`. No line when nothing changes. */
export function describeRosterChanges(changes: RosterChanges): string[] {
  const kinds = { crews: 'crew', depots: 'depot', materials: 'material', districts: 'district' } as const;
  return (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((list) => [
    ...changes[list].added.map((id) => `${kinds[list]} ${id}: added`),
    ...changes[list].removed.map((id) => `${kinds[list]} ${id}: removed`),
    ...changes[list].changed.map(({ id, details }) => `${kinds[list]} ${id}: ${details.join('; ')}`),
  ]);
}

type Entry = { id: string };

function compareLists(before: readonly Entry[], after: readonly Entry[], currency: string): ListChanges {
  const idsOf = (entries: readonly Entry[]) => entries.map(({ id }) => id);
  const changed = after.flatMap((entry) => {
    const old = before.find(({ id }) => id === entry.id);
    const differing = old ? compareFields(old, entry, currency) : [];
    if (differing.length === 0) return [];
    const fields = differing.map(({ field }) => field);
    return [{ id: entry.id, fields, details: differing.map((one) => one.detail) }];
  });
  return {
    added: idsOf(after).filter((id) => !idsOf(before).includes(id)),
    removed: idsOf(before).filter((id) => !idsOf(after).includes(id)),
    changed,
  };
}

/** Both are parsed, so that equal values have equal JSON. */
function compareFields(before: Entry, after: Entry, currency: string): { field: string; detail: string }[] {
  const [old, now] = [
    new Map<string, unknown>(Object.entries(before)),
    new Map<string, unknown>(Object.entries(after)),
  ];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .filter((name) => JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name)))
    .map((field) => ({
      field,
      detail: describeFieldChange(field, old.get(field), now.get(field), currency),
    }));
}

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
function describeFieldChange(field: string, before: unknown, after: unknown, currency: string): string {
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

type Day = Shift['days'][number];

export const WEEK: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** What a truck without limits is said to carry. */
export const NO_LIMIT = 'none';

/** How a shift's line says whether a job may be stopped for its breaks, when it does not go by their length. */
const INTERRUPTING = 'interrupting jobs';
const NOT_INTERRUPTING = `not ${INTERRUPTING}`;

/** Shifts as people write them, one a line: "mon-fri 07:00-15:30 break 12:00-12:30". */
export function formatShifts(shifts: readonly Shift[]): string {
  return shifts
    .map(({ days, start, end, breaks = [], breaksInterrupt }) => {
      const pauses = breaks.length === 0 ? '' : ` break ${breaks.map(formatBreak).join(', ')}`;
      const rule =
        breaksInterrupt === undefined ? '' : `, ${breaksInterrupt ? INTERRUPTING : NOT_INTERRUPTING}`;
      return `${formatDays(days)} ${start}-${end}${pauses}${rule}`;
    })
    .join('\n');
}

/** What limits a truck, as people write it: "asphalt 2000, traffic-cone 40", or "none". */
export function formatTruck(truck: Crew['truck']): string {
  if (truck.length === 0) return NO_LIMIT;
  return truck.map(({ material, quantity }) => `${material} ${quantity}`).join(', ');
}

/** Runs of three days and more as a range: "mon-fri", "mon, wed, sat-sun" stays "mon, wed, sat, sun". */
function formatDays(days: readonly Day[]): string {
  const runs: Day[][] = [];
  for (const day of WEEK.filter((one) => days.includes(one))) {
    const last = runs.at(-1);
    if (last && WEEK.indexOf(day) === WEEK.indexOf(last.at(-1) ?? day) + 1) last.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(', '))).join(', ');
}
