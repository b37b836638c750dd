import type { LateHelp } from '../../core/work/late-help.ts';
import { addUpRepeats } from '../../core/work/materials.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import { tellReason, type UnplacedReason } from '../../core/work/unplaced-reason.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import { listPauses } from '../../planner/problem/list-pauses.ts';
import type { Plan, PlannedStop, PlannedTour } from '../../planner/problem/plan-problem.ts';
import { locatePredecessor, type SeenPredecessor } from '../problem/locate-predecessor.ts';
import { type BuiltProblem, createTimeScale, type PlanSources } from '../problem/plan-sources.ts';
import type { PlanAnswer } from '../threads/plan-request.ts';
import { describeFix } from '../words/describe-fix.ts';
import { describePlacement } from '../words/describe-placement.ts';
import { describeUnplaced } from '../words/describe-unplaced.ts';
import type { DescribeContext } from '../words/plan-words.ts';

/** A crew and a time for an order that waits. */
export interface Placement {
  order: WorkOrder;
  assignment: Assignment;
  /** What it is to start after, where this plan has that. */
  predecessor: SeenPredecessor | null;
  /** What would help, where it ends after its deadline; absent when nobody looked. */
  help?: LateHelp;
}

/** A plan in orders, crews and instants. */
export interface ReadPlan {
  placements: Placement[];
  unplaced: { order: WorkOrder; reason: UnplacedReason }[];
  /** What of the announced work has another place. */
  moves: PlannedMove[];
}

/** Puts a plan's numbers back into orders, crews and instants, with the reasons in words. */
export function readPlan(
  sources: PlanSources,
  built: BuiltProblem,
  plan: Plan,
  answered: PlanAnswer,
): ReadPlan {
  const context: DescribeContext = { problem: built.problem, agency: sources.agency, now: sources.now };
  const placements: Omit<Placement, 'predecessor'>[] = [];
  const moves: PlannedMove[] = [];
  const unplaced: ReadPlan['unplaced'] = [];
  for (const tour of plan.tours) {
    for (const stop of tour.stops) {
      const order = built.orders[stop.task];
      const explanation = answered.placed.get(stop.task);
      if (!order || !explanation) continue;
      const reason = describePlacement(context, explanation, {
        dueAt: order.dueAt,
        isCompared: answered.compared.has(stop.task),
        isPlaceKnown: Boolean(order.place),
      });
      const assignment = toAssignment(sources, built, order, tour, stop, reason);
      const isLate = order.dueAt !== null && assignment.end > order.dueAt;
      const help = isLate && findHelp(context, answered, stop.task);
      const known = help ? { help } : {};
      if (order.state === 'waiting') placements.push({ order, assignment, ...known });
      else if (order.state === 'announced') moves.push({ ...toMove(order, assignment, reason), ...known });
    }
  }
  for (const [task, explanation] of answered.unplaced) {
    const order = built.orders[task];
    if (!order) continue;
    const reason = describeUnplaced(context, explanation);
    if (order.state === 'waiting') unplaced.push({ order, reason });
    else if (order.state === 'announced')
      moves.push({ ...toMove(order, null, tellReason(reason)), unplaced: reason });
  }
  placements.sort((one, other) => one.assignment.start.getTime() - other.assignment.start.getTime());
  const withPredecessors = placements.map((placement) => ({
    ...placement,
    predecessor: locatePredecessor(sources.orders, placements, moves, placement.order),
  }));
  return { placements: withPredecessors, moves, unplaced };
}

function toAssignment(
  sources: PlanSources,
  { problem }: BuiltProblem,
  order: WorkOrder,
  tour: PlannedTour,
  stop: PlannedStop,
  reason: string,
): Assignment {
  const { toInstant } = createTimeScale(sources.now);
  const crew = problem.crews[problem.shifts[tour.shift]?.crew ?? -1];
  const breaks = listPauses(problem, tour, stop).map(({ start, end }) => ({
    start: toInstant(start),
    end: toInstant(end),
  }));
  return {
    crewId: crew?.id ?? '',
    crewName: crew?.name ?? '',
    start: toInstant(stop.start),
    end: toInstant(stop.end),
    ...(breaks.length > 0 && { breaks }),
    depotId: problem.depots[crew?.depot ?? -1]?.id ?? '',
    materials: addUpRepeats(order.requirements.materials),
    reason,
    travelMinutes: stop.travelMinutes,
  };
}

function toMove(order: WorkOrder, to: Assignment | null, reason: string): PlannedMove {
  const { _id: orderId, title, version, dueAt, weight } = order;
  const accepted = order.acceptedAt ? { isAccepted: true } : {};
  // An announced order always has an assignment.
  return {
    orderId,
    title,
    version,
    dueAt,
    weight,
    ...accepted,
    reason,
    to,
    from: order.assignment as Assignment,
  };
}

function findHelp(context: DescribeContext, answered: PlanAnswer, task: number): LateHelp | null {
  const fix = answered.lateFixes.get(task);
  if (fix) return { fix: describeFix(context, fix) };
  return answered.compared.has(task) ? { fix: null, isHopeless: true } : null;
}
