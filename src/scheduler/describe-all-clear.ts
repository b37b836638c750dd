import type { Interval } from '../core/crew-calendar.ts';
import type { Assignment, WorkOrder } from '../core/resources.ts';
import type { DisruptionStore } from '../store/disruptions.ts';
import { closedFor } from './pin-orders.ts';
import type { PlanSources } from './plan-sources.ts';

/** Why something does not stand in a job's way any more, for people; `key` is the obstruction's. */
export interface AllClear {
  key: string;
  text: string;
}

/** An instant as a key has it: 2026-06-01T12:00:00.000Z. */
const INSTANT_LENGTH = 24;

/**
 * What has gone of the obstructions with these keys, none of which stands any more: a closure or an absence that was
 * taken back before its end, a shift that is there again. What is merely over, or concerns another place of the job than
 * its present one, is none.
 */
export async function describeAllClear(
  sources: Pick<PlanSources, 'agency' | 'now'>,
  disruptions: Pick<DisruptionStore, 'find'>,
  order: WorkOrder,
  keys: readonly string[],
): Promise<AllClear[]> {
  const { assignment } = order;
  if (!assignment || assignment.end <= sources.now) return [];
  const found: AllClear[] = [];
  for (const key of keys) {
    const text = key.startsWith('closure:')
      ? await describeOpened(sources, disruptions, order, assignment, key.slice('closure:'.length))
      : describeBack(assignment, key, sources.now);
    if (text !== null) found.push({ key, text });
  }
  return found;
}

async function describeOpened(
  { agency, now }: Pick<PlanSources, 'agency' | 'now'>,
  disruptions: Pick<DisruptionStore, 'find'>,
  order: WorkOrder,
  assignment: Assignment,
  id: string,
): Promise<string | null> {
  const closure = await disruptions.find(id);
  if (!closure || 'crewId' in closure || !closure.takenBack || closure.end <= now) return null;
  const isTheirs = closedFor(order, agency.districts, [closure]).length > 0 && overlaps(closure, assignment);
  const name = agency.districts.find((district) => district.id === closure.district)?.name;
  return isTheirs ? `${name ?? closure.district} is open again` : null;
}

function describeBack(assignment: Assignment, key: string, now: Date): string | null {
  const { crewId, crewName, start, end } = assignment;
  if (key === `roster:${crewId}`) return `${crewName} is on the roster again`;
  if (key === `shift:${crewId}:${start.toISOString()}:${end.toISOString()}`)
    return `${crewName} has a shift then again`;
  const absence = readAbsence(key, crewId);
  return absence && absence.end > now && overlaps(absence, assignment)
    ? `${crewName} is not absent any more`
    : null;
}

/** From a key `absence:CREW:START:END` of this crew. */
function readAbsence(key: string, crewId: string): Interval | null {
  const beginning = `absence:${crewId}:`;
  if (!key.startsWith(beginning)) return null;
  const period = key.slice(beginning.length);
  if (period.length !== 2 * INSTANT_LENGTH + 1) return null;
  return {
    start: new Date(period.slice(0, INSTANT_LENGTH)),
    end: new Date(period.slice(INSTANT_LENGTH + 1)),
  };
}

function overlaps(one: Interval, other: Interval): boolean {
  return one.start < other.end && one.end > other.start;
}
