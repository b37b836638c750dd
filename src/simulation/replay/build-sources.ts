import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/values/duration.ts';
import { createWorkOrder, type WorkOrder } from '../../core/work/work-order.ts';
import type { PlanSources, StockView } from '../../scheduler/problem/plan-sources.ts';
import { severityOf } from '../../scheduler/problem/weigh-severity.ts';
import { MATERIAL } from '../roster/create-roster.ts';
import type { OpenJob, SimulatedWorld } from './simulation-state.ts';

/** Between a new plan in the middle of the day and the first work it can move: crews have to be told, and to drive. */
const LEAD_MS = 30 * MINUTE_MS;
/** For a depot that counts none of the material: more than anybody lays in a day, and small enough for sums. */
const PLENTY = 1_000_000_000;

/**
 * What a plan at `moment` of the day that began at `dayStart` is made from. The plan is of the whole day: what has been
 * begun stays in it where it is, so that the roads between the stops stay true. Depots are filled up every night.
 */
export function buildSources(
  open: readonly OpenJob[],
  dayStart: Date,
  moment: Date,
  { roster }: SimulatedWorld,
): PlanSources {
  return {
    now: dayStart,
    agency: { ...roster, planning: { ...roster.planning, pinnedHours: 0 } },
    orders: open.map((one) => buildOrder(one, dayStart, moment, pinsUntil(roster, dayStart, moment))),
    absences: [],
    promised: [],
    closures: [],
    stock: listStock(open, roster),
  };
}

/**
 * Work that begins before this instant is not moved by a plan made at `moment`. The first plan of a day moves all that
 * has not begun: it stands for those that are made as requests come in, from the evening before on, when the day's work
 * is hours away.
 */
export function pinsUntil({ planning }: SimulatedWorld['roster'], dayStart: Date, moment: Date): Date {
  if (moment <= dayStart) return dayStart;
  return after(moment, planning.pinnedHours * HOUR_MS);
}

function buildOrder(
  { job, assignment, isUnderWay }: OpenJob,
  dayStart: Date,
  moment: Date,
  pins: Date,
): WorkOrder {
  const { id, requirements, createdAt, dueAt, latitude, longitude } = job;
  const isPinned = assignment !== null && assignment.start < pins;
  const request = {
    _id: id,
    requirements,
    task: 'repair',
    place: { latitude, longitude },
    // The file says nothing of severity: who has waited longer comes first.
    weight: severityOf(1 + Math.floor((moment.getTime() - createdAt.getTime()) / DAY_MS)),
    // No plan can undo the delay so far. Counted in, it would make leaving out the latest jobs look cheap.
    dueAt: dueAt && dueAt < moment ? moment : dueAt,
    earliestAt: moment > dayStart && !isPinned ? after(moment, LEAD_MS) : null,
  };
  return {
    ...createWorkOrder(request, createdAt),
    assignment,
    state: isUnderWay ? 'started' : assignment ? 'announced' : 'waiting',
    ...(isUnderWay && assignment ? { startedAt: assignment.start } : {}),
    ...(isPinned ? { acceptedAt: moment } : {}),
  };
}

/** What is free besides what is announced: as much as is filled up to in all. */
function listStock(open: readonly OpenJob[], { depots }: SimulatedWorld['roster']): StockView[] {
  return depots.map(({ id, stock }) => {
    const filled = stock.find(({ material }) => material === MATERIAL)?.quantity ?? PLENTY;
    const held = open
      .filter(({ assignment, isUnderWay }) => assignment?.depotId === id && !isUnderWay)
      .flatMap(({ job }) => job.requirements.materials)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    return { depotId: id, material: MATERIAL, quantity: Math.max(0, filled - held), incoming: [] };
  });
}
