import { isNotable, type PlannedMove } from '../core/plan-proposal.ts';
import { type Assignment, mergeMaterials, type WorkOrder } from '../core/resources.ts';
import type { Plan, PlanBudget } from '../planner/plan-problem.ts';
import { buildPlanProblem } from './build-plan-problem.ts';
import { compareCosts, type PlanFigures } from './compare-costs.ts';
import { describeFix } from './describe-fix.ts';
import { describePlacement } from './describe-placement.ts';
import { describeUnplaced, kindOfUnplaced } from './describe-unplaced.ts';
import { leaveOut } from './leave-out.ts';
import { listDisplaced, listMovable } from './list-displaced.ts';
import { locatePredecessor, type SeenPredecessor } from './locate-predecessor.ts';
import type { PlanEngine } from './plan-engine.ts';
import type { PlanAnswer } from './plan-request.ts';
import { type BuiltProblem, createTimeScale, type PlanSources } from './plan-sources.ts';
import type { DescribeContext } from './plan-words.ts';

/** A crew and a time for an order that waits; `lateFix` says what would help when it ends after its deadline. */
export interface Placement {
  order: WorkOrder;
  assignment: Assignment;
  /** What it is to start after, where this plan has that. */
  predecessor: SeenPredecessor | null;
  lateFix: string | null;
}

/** What a plan comes to: whom to announce, whom not, and what of the announced work would move. */
export interface PlanDecision {
  placements: Placement[];
  unplaced: { order: WorkOrder; reason: string; kind: string }[];
  moves: PlannedMove[];
  /** Whether the moves are few enough to be made without asking dispatch; without moves, true. */
  isAutomatic: boolean;
  /** Announced work that cannot be done as it was announced. */
  displaced: WorkOrder[];
  /** Whether, without the moves, more work would be left out or late, or cannot be done as it was announced. */
  makesRoom: boolean;
  /** Both for the same jobs. */
  before: PlanFigures;
  after: PlanFigures;
  /** What the validator objected to: a defect, for the log. */
  objections: string[];
}

interface Answered {
  built: BuiltProblem;
  plan: Plan;
  answer: PlanAnswer;
  placements: Placement[];
  moves: PlannedMove[];
  unplaced: PlanDecision['unplaced'];
}

/** A second of work is enough for hundreds of jobs; a handful is done long before. */
const ITERATIONS_PER_JOB = 2_000;

/**
 * Plans twice where that may help: first without touching anything that was announced; and when some of that may move,
 * once more with all that is not pinned. The second plan counts if it moves what cannot be done as announced, or if it is
 * cheaper, with the price of the changes in it. Null when there is no valid plan at all.
 */
export async function decidePlan(
  sources: PlanSources,
  engine: PlanEngine,
  seed: number,
): Promise<PlanDecision | null> {
  const frozen = await answer(sources, engine, seed, true);
  if (!frozen) return null;
  const displaced = listDisplaced(sources);
  const free = listMovable(sources, displaced).length > 0 ? await answer(sources, engine, seed, false) : null;
  const isUrgent = free?.moves.some(({ orderId }) => displaced.some(({ _id }) => _id === orderId)) ?? false;
  const isBetter =
    free !== null && free.moves.length > 0 && (isUrgent || free.plan.cost.total < frozen.plan.cost.total);
  const { automaticMoves } = sources.agency.planning;
  const isAutomatic = !isBetter || free.moves.filter(isNotable).length <= automaticMoves;
  const chosen = isBetter && isAutomatic ? free : frozen;
  return {
    placements: chosen.placements,
    unplaced: chosen.unplaced,
    moves: isBetter ? free.moves : [],
    isAutomatic,
    displaced,
    makesRoom: isBetter && (isUrgent || isGain(frozen.plan, free.plan)),
    ...compareCosts(sources, frozen, isBetter ? free : frozen),
    objections: [...frozen.answer.objections, ...(free?.answer.objections ?? [])],
  };
}

/** Whether less is left out, or late. */
function isGain({ cost }: Plan, { cost: free }: Plan): boolean {
  return free.unplaced < cost.unplaced || free.late < cost.late;
}

async function answer(
  sources: PlanSources,
  engine: PlanEngine,
  seed: number,
  isFrozen: boolean,
): Promise<Answered | null> {
  const built = buildPlanProblem(leaveOut(sources, isFrozen), isFrozen);
  const { milliseconds } = sources.agency.planning;
  const iterations = built.orders.length * ITERATIONS_PER_JOB;
  const budget: PlanBudget = { seed, iterations, milliseconds };
  const answered = await engine.plan({ problem: built.problem, budget });
  const { plan } = answered;
  return plan && { built, plan, answer: answered, ...readPlan(sources, built, plan, answered) };
}

/** Puts a plan's numbers back into orders, crews and instants. */
function readPlan(
  sources: PlanSources,
  built: BuiltProblem,
  plan: Plan,
  answered: PlanAnswer,
): Pick<Answered, 'placements' | 'moves' | 'unplaced'> {
  const context: DescribeContext = { problem: built.problem, agency: sources.agency, now: sources.now };
  const placements: Omit<Placement, 'predecessor'>[] = [];
  const moves: PlannedMove[] = [];
  const unplaced: PlanDecision['unplaced'] = [];
  for (const { shift, stops } of plan.tours) {
    for (const stop of stops) {
      const order = built.orders[stop.task];
      const explanation = answered.placed.get(stop.task);
      if (!order || !explanation) continue;
      const reason = describePlacement(context, explanation, {
        dueAt: order.dueAt,
        isCompared: answered.compared.has(stop.task),
        isPlaceKnown: Boolean(order.place),
      });
      const assignment = toAssignment(sources, built, order, shift, stop, reason);
      const fix = answered.lateFixes.get(stop.task);
      const lateFix = fix ? describeFix(context, fix) : null;
      if (order.state === 'waiting') placements.push({ order, assignment, lateFix });
      else if (order.state === 'announced')
        moves.push({ ...toMove(order, assignment, reason), ...(lateFix && { lateFix }) });
    }
  }
  for (const [task, explanation] of answered.unplaced) {
    const order = built.orders[task];
    if (!order) continue;
    const reason = describeUnplaced(context, explanation);
    if (order.state === 'waiting')
      unplaced.push({ order, reason, kind: kindOfUnplaced(context, explanation) });
    else if (order.state === 'announced') {
      const unplacedKind = kindOfUnplaced(context, explanation);
      moves.push({ ...toMove(order, null, reason), unplacedKind });
    }
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
  shift: number,
  stop: { start: number; end: number; travelMinutes: number },
  reason: string,
): Assignment {
  const { toInstant } = createTimeScale(sources.now);
  const crew = problem.crews[problem.shifts[shift]?.crew ?? -1];
  return {
    crewId: crew?.id ?? '',
    crewName: crew?.name ?? '',
    start: toInstant(stop.start),
    end: toInstant(stop.end),
    depotId: problem.depots[crew?.depot ?? -1]?.id ?? '',
    materials: mergeMaterials(order.requirements.materials),
    reason,
    travelMinutes: stop.travelMinutes,
  };
}

function toMove(order: WorkOrder, to: Assignment | null, reason: string): PlannedMove {
  const { _id: orderId, title = orderId, version, dueAt, weight } = order;
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
