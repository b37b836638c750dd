import type { Interval } from '../../core/agency/crew-calendar.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import type { DisruptionStore } from '../../store/work/disruptions.ts';
import { closedFor } from '../problem/pin-orders.ts';
import type { PlanSources } from '../problem/plan-sources.ts';
import { OBSTRUCTION_KEY, readAbsenceKey, readClosureKey } from './obstruction-key.ts';

/** Why something does not stand in a job's way any more, for people; `key` is the obstruction's. */
export interface AllClear {
  key: string;
  text: string;
}

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
    const closure = readClosureKey(key);
    const text =
      closure === null
        ? describeBack(assignment, key, sources.now)
        : await describeOpened(sources, disruptions, order, assignment, closure);
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
  const { crewId, crewName } = assignment;
  if (key === OBSTRUCTION_KEY.crew(crewId)) return `${crewName} is on the roster again`;
  if (key === OBSTRUCTION_KEY.shift(assignment)) return `${crewName} has a shift then again`;
  const absence = readAbsenceKey(key, crewId);
  return absence && absence.end > now && overlaps(absence, assignment)
    ? `${crewName} is not absent any more`
    : null;
}

function overlaps(one: Interval, other: Interval): boolean {
  return one.start < other.end && one.end > other.start;
}
