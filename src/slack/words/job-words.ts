import { findCoordinates } from '../../core/places/find-coordinates.ts';
import { describeSpan, MINUTE_MS } from '../../core/values/duration.ts';
import { describeCents } from '../../core/values/money.ts';
import { localDay } from '../../core/values/wall-time.ts';
import type { CrewDayView, ObstructionKind, PlannedJob } from '../../core/work/crew-day-view.ts';
import { formatDay } from './local-time.ts';

const OBSTRUCTION_WORDS: Readonly<Record<ObstructionKind, string>> = {
  shift: 'outside its shifts',
  absence: 'while it is absent',
  closure: 'in a closed district',
};

/**
 * A title without coordinates: nobody reads a place from them, and they take the room of what is read. As it is when there
 * is no other word in it.
 */
export function dropCoordinates(title: string): string {
  const rest = withoutCoordinates(title).replace(/(\s*[·,;]\s*)+(?=[·,;]|$)|^\s*[·,;]\s*/g, ' ');
  const left = rest
    .replace(/\s+/g, ' ')
    .replace(/ (?=[,;])/g, '')
    .trim();
  return /\p{L}{2,}/u.test(left) ? left : title;
}

/** What leads to coordinates, and says nothing without them: "at", "near GPS". */
const LEADING =
  /(?:(?<![\p{L}\p{N}])(?:at|near|by|on|in|from|to|and|between|around|close to|next to|bei|beim|nahe|von|zu|und|an|auf|cerca de|en|près de|à|the|gps|coordinates?|coords?|position|location)(?![\p{L}\p{N}])[\s:=]*|[@:=]\s*)+$/iu;

/** Brackets around them go, too, and what would be left dangling before them. */
function withoutCoordinates(title: string): string {
  return findCoordinates(title).reduceRight((rest, { start, end }) => {
    const before = rest.slice(0, start).replace(/[([]\s*$/, '');
    const after = rest.slice(end).replace(/^\s*[)\]]/, '');
    // "at 39.8512, -89.5410 Main St": a place that is left is still led to.
    return `${/^\s*[\p{L}\p{N}]/u.test(after) ? before : before.replace(LEADING, '')} ${after}`;
  }, title);
}

/**
 * How many jobs the rows have, each once. Those that begin before the row's date, which a tour over midnight brings into
 * it, are counted apart: `2 jobs, 1 more from Mon`.
 */
export function countJobs(views: readonly CrewDayView[], timeZone: string): string {
  const early = new Map<string, string>();
  const own = new Set<string>();
  for (const { day, jobs } of views) {
    for (const { orderId, start } of jobs) {
      const begins = localDay(start, timeZone);
      if (begins < day) early.set(orderId, begins);
      else own.add(orderId);
    }
  }
  for (const orderId of own) early.delete(orderId);
  const jobs = (count: number) => `${count} ${count === 1 ? 'job' : 'jobs'}`;
  if (early.size === 0) return jobs(own.size);
  const [before = ''] = [...early.values()].sort();
  const [weekday = ''] = formatDay(before).split(' ');
  const from = new Set(early.values()).size === 1 ? weekday : 'days before';
  return own.size === 0
    ? `${jobs(early.size)} from ${from}`
    : `${jobs(own.size)}, ${early.size} more from ${from}`;
}

/** Why a job cannot be done when it is planned, such as `outside its shifts`; empty when nothing is in the way. */
export function describeObstruction({ obstructedBy = [] }: PlannedJob): string {
  return obstructedBy.map((kind) => OBSTRUCTION_WORDS[kind]).join(', ');
}

/** How many jobs of the crew's day cannot be done when they are planned: `2 while it is absent`, by what is in the way. */
export function countObstructed({ jobs }: Pick<CrewDayView, 'jobs'>): string[] {
  return Object.entries(OBSTRUCTION_WORDS).flatMap(([kind, words]) => {
    const count = jobs.filter(({ obstructedBy }) => obstructedBy?.includes(kind as ObstructionKind)).length;
    return count > 0 ? [`${count} ${words}`] : [];
  });
}

/** A difference in cents with its sign: `+$46.00`, `−$12.00`, `same cost`. */
export function describeCostChange(cents: number, currency: string): string {
  const whole = Math.round(cents);
  if (whole === 0) return 'same cost';
  return `${whole > 0 ? '+' : '−'}${describeCents(Math.abs(whole), currency)}`;
}

/** A number of minutes for people, however small: `0 min`, `45 min`, `2 h 5 min`. */
export function describeMinutes(minutes: number): string {
  const whole = Math.round(minutes);
  return whole < 2 ? `${whole} min` : describeSpan(whole * MINUTE_MS);
}
