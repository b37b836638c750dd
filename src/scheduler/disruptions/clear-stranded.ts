import { overlaps } from '../../core/agency/crew-calendar.ts';
import { clearStranded } from '../../core/events/field-warnings.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import type { DisruptionStore } from '../../store/work/disruptions.ts';
import { retellDisruptions } from '../news/tell-crews.ts';
import { closedFor } from '../problem/pin-orders.ts';
import type { PlanSources } from '../problem/plan-sources.ts';
import { saveWithRun } from '../save-with-run.ts';
import {
  isAbsenceKey,
  listObstructions,
  OBSTRUCTION_KEY,
  readAbsenceKey,
  readClosureKey,
} from './obstruction.ts';
import type { StrandedDeps } from './warn-stranded.ts';

/** Why something does not stand in a job's way any more, for people; `key` is the obstruction's. */
interface AllClear {
  key: string;
  text: string;
}

/**
 * Settles the warnings of stranded work whose cause was taken back: dispatch's card needs no answer any more, and the
 * requester reads that the crew comes. Work that an open question would move is left for the planning after the answer.
 * Each cause is settled once: the mark on the order and the fact in the run are one transaction. Returns the jobs.
 */
export async function clearStrandedWork(deps: StrandedDeps, now: Date): Promise<string[]> {
  const { agency, stores } = deps;
  const orders = await stores.workOrders.listWarned();
  if (orders.length === 0) return [];
  // Read after the orders: what was entered since a warning was written is known here.
  const [{ absences, closures }, open] = await Promise.all([
    stores.disruptions.listFrom(now),
    stores.planProposals.listOpen(),
  ]);
  const asked = new Set(open.flatMap(({ moves }) => moves.map(({ orderId }) => orderId)));
  const sources = { now, agency, orders, absences, promised: [], closures, stock: [] };
  const cleared: string[] = [];
  for (const order of orders) {
    if (asked.has(order._id)) continue;
    const standing = listObstructions(sources, order).filter(({ end }) => end > now);
    const isStanding = new Set(standing.map(({ key }) => key));
    const isAway = standing.some(({ key }) => isAbsenceKey(key));
    // A crew that is still away by another word is not back.
    const rest = order.warnedOf.filter((key) => !isStanding.has(key) && !(isAway && isAbsenceKey(key)));
    const gone = await describeAllClear(sources, stores.disruptions, order, rest);
    if (gone.length > 0 && (await clear(deps, order, gone, standing.length === 0, now)))
      cleared.push(order._id);
  }
  return cleared;
}

/** False when somebody moved the order meanwhile, or its run has ended: the next planning looks again. */
async function clear(
  deps: StrandedDeps,
  order: WorkOrder,
  gone: readonly AllClear[],
  isAllClear: boolean,
  now: Date,
): Promise<boolean> {
  const { assignment, warnedOf } = order;
  if (!assignment) return false;
  const isGone = new Set(gone.map(({ key }) => key));
  const settled = { ...order, warnedOf: warnedOf.filter((key) => !isGone.has(key)) };
  return saveWithRun(
    { ...deps, workOrders: deps.stores.workOrders },
    settled,
    clearStranded(order, assignment, gone, isAllClear),
    (session) => retellDisruptions(deps.stores, [order._id], now, session),
  );
}

/**
 * What has gone of the obstructions with these keys, none of which stands any more: a closure or an absence that was
 * taken back before its end, a shift that is there again. What is merely over, or concerns another place of the job than
 * its present one, is none.
 */
async function describeAllClear(
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
