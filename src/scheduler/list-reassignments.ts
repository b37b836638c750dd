import { createExplainer } from '../planner/create-explainer.ts';
import { repairPlan } from '../planner/repair-plan.ts';
import type { TravelMemory } from '../planner/travel-memory.ts';
import { buildPlanProblem } from './build-plan-problem.ts';
import type { Reassignments } from './crew-desk.ts';
import { createTimeScale, type PlanSources } from './plan-sources.ts';
import { OBSTACLE_WORDS } from './plan-words.ts';

/** An order that has not been started, and the plan it stands in; structured-cloneable. */
export interface ReassignmentRequest {
  sources: PlanSources;
  orderId: string;
}

/**
 * Which other crews could take an announced order, or which crews one that waits, the best for the plan first, each where
 * it costs least in the plan as it stands; and why the others cannot. Nothing else of the plan moves. What a crew said
 * to it, and whom dispatch chose before, is no obstacle: that is what dispatch may be about to change.
 */
export function listReassignments(
  { sources, orderId }: ReassignmentRequest,
  memory: TravelMemory,
): Reassignments {
  const order = sources.orders.find(({ _id }) => _id === orderId);
  if (!order) return { options: [], others: [] };
  const orders = sources.orders
    .filter(({ _id, state }) => state !== 'waiting' || _id === orderId)
    .map((one) => (one._id === orderId ? { ...one, givenTo: null, declined: [] } : one));
  const { problem, orders: tasks } = buildPlanProblem({ ...sources, orders }, true);
  const task = tasks.findIndex(({ _id }) => _id === orderId);
  // The frozen plan pins the job itself as well: here it is the one that may go.
  const movable = problem.tasks.map((one, index) =>
    index === task && one.current ? { ...one, current: { ...one.current, pinned: false } } : one,
  );
  const standing = { ...problem, tasks: movable };
  const plan = repairPlan(standing, null, memory);
  if (task < 0 || plan.unplaced.includes(task)) return { options: [], others: [] };
  const { alternatives, own, excluded } = createExplainer(standing, plan, memory).explainPlacement(task);
  const places =
    order.state === 'waiting'
      ? [{ ...own, deltaRoadCents: 0, deltaMinutes: 0 }, ...alternatives]
      : alternatives;
  const { toInstant } = createTimeScale(sources.now);
  const options = places
    .filter(({ crew }) => order.state === 'waiting' || crew !== own.crew)
    .flatMap(({ crew, start, end, deltaRoadCents, deltaMinutes }) => {
      const option = problem.crews[crew];
      if (!option) return [];
      const late = (finish: number) => Math.max(0, finish - (standing.tasks[task]?.due ?? finish));
      return {
        ...{ crewId: option.id, crewName: option.name, deltaCents: deltaRoadCents },
        ...{ start: toInstant(start), end: toInstant(end), deltaMinutes, lateMinutes: late(end) },
        hasDeclined: order.declined?.some(({ crewId }) => crewId === option.id) ?? false,
      };
    });
  const others = excluded.flatMap(({ crew, obstacle }) => {
    const name = problem.crews[crew]?.name;
    return name === undefined ? [] : { crewName: name, why: OBSTACLE_WORDS[obstacle][0] };
  });
  return { options, others };
}
