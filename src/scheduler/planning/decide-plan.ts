import { max } from 'date-fns/max';
import { after, earliest } from '../../core/values/duration.ts';
import { isNotable, type PlannedMove } from '../../core/work/plan-proposal.ts';
import { setOutFor, type WorkOrder } from '../../core/work/work-order.ts';
import type { Plan, PlanBudget } from '../../planner/problem/plan-problem.ts';
import { buildPlanProblem } from '../problem/build-plan-problem.ts';
import type { BuiltProblem, PlanSources } from '../problem/plan-sources.ts';
import { leaveOut } from '../problem/set-aside.ts';
import type { PlanEngine } from '../threads/plan-engine.ts';
import type { PlanAnswer } from '../threads/plan-request.ts';
import { compareCosts, type PlanFigures } from './compare-costs.ts';
import { listDisplaced, listMovable } from './displaced-work.ts';
import { type ReadPlan, readPlan } from './read-plan.ts';

/** What a plan comes to: whom to announce, whom not, and what of the announced work would move. */
export interface PlanDecision extends ReadPlan {
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

interface Answered extends ReadPlan {
  built: BuiltProblem;
  plan: Plan;
  answer: PlanAnswer;
}

/** A second of work is enough for hundreds of jobs; a handful is done long before. */
const ITERATIONS_PER_JOB = 2_000;
/** How long a question can be answered before a crew has to set out, and how long most are on the road then. */
const TIME_TO_ANSWER_MS = 20 * 60_000;
const LONGEST_ROAD_MS = 20 * 60_000;

/**
 * Plans twice where that may help: first without touching anything that was announced; and when some of that may move,
 * once more with all that is not pinned. The second plan counts if it moves what cannot be done as announced, or if it is
 * cheaper, with the price of the changes in it; when dispatch is to be asked about it, it is planned so that there is time
 * for an answer. Null when there is no valid plan at all.
 */
export async function decidePlan(
  sources: PlanSources,
  engine: PlanEngine,
  seed: number,
): Promise<PlanDecision | null> {
  const frozen = await answer(sources, engine, seed, true);
  if (!frozen) return null;
  const displaced = listDisplaced(sources);
  const free =
    listMovable(sources, displaced).length > 0 ? await planMoves(sources, engine, seed, displaced) : null;
  const isUrgent = free?.moves.some(({ orderId }) => displaced.some(({ _id }) => _id === orderId)) ?? false;
  const isBetter =
    free !== null && free.moves.length > 0 && (isUrgent || free.plan.cost.total < frozen.plan.cost.total);
  const isAutomatic = !isBetter || isFew(sources, free.moves);
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

/** A plan that moves announced work; if it is a question and its first crew would soon set out, one that can wait for the answer. */
async function planMoves(
  sources: PlanSources,
  engine: PlanEngine,
  seed: number,
  displaced: readonly WorkOrder[],
): Promise<Answered | null> {
  const free = await answer(sources, engine, seed, false);
  if (!free || isFew(sources, free.moves)) return free;
  const from = after(sources.now, TIME_TO_ANSWER_MS);
  const departure = findFirstDeparture(free.moves);
  if (!departure || departure >= from) return free;
  const later = delayMoves(sources, displaced, after(from, LONGEST_ROAD_MS));
  return (await answer(later, engine, seed, false)) ?? free;
}

/** When a crew has to set out for the first of the moves; null when none leads anywhere. */
function findFirstDeparture(moves: readonly PlannedMove[]): Date | null {
  return earliest(moves.map(({ to }) => to && setOutFor(to)));
}

/**
 * The same sources, in which announced work goes to no start before `from` that it does not have already: so that whoever is
 * asked has until then to answer. What cannot be done as announced is `displaced`.
 */
function delayMoves(sources: PlanSources, displaced: readonly WorkOrder[], from: Date): PlanSources {
  const lost = new Set(displaced.map(({ _id }) => _id));
  const orders = sources.orders.map((order) => {
    const { assignment, earliestAt, state, _id } = order;
    if (state !== 'announced' || !assignment || (assignment.start < from && !lost.has(_id))) return order;
    return { ...order, earliestAt: max([from, ...(earliestAt ? [earliestAt] : [])]) };
  });
  return { ...sources, orders };
}

function isFew({ agency }: PlanSources, moves: readonly PlannedMove[]): boolean {
  return moves.filter(isNotable).length <= agency.planning.automaticMoves;
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
