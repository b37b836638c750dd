import type { WorkOrder } from '../core/resources.ts';
import { explainPlacement } from '../planner/explain-placement.ts';
import { repairPlan } from '../planner/repair-plan.ts';
import { buildPlanProblem } from './build-plan-problem.ts';
import type { ReassignmentOption } from './crew-desk.ts';
import { createTimeScale, type PlanSources } from './plan-sources.ts';

/**
 * Which other crews could take an announced order, cheapest first, each where it costs least in the plan as it stands.
 * Nothing else of the plan moves. Empty when nobody else can.
 */
export function listReassignments(sources: PlanSources, order: WorkOrder): ReassignmentOption[] {
  const orders = sources.orders
    .filter(({ state }) => state !== 'waiting')
    // Whom dispatch chose before is what it may be about to change.
    .map((one) => (one._id === order._id ? { ...one, givenTo: null } : one));
  const { problem, orders: tasks } = buildPlanProblem({ ...sources, orders }, true);
  const task = tasks.findIndex(({ _id }) => _id === order._id);
  // The frozen plan pins the job itself as well: here it is the one that may go.
  const movable = problem.tasks.map((one, index) =>
    index === task && one.current ? { ...one, current: { ...one.current, pinned: false } } : one,
  );
  const standing = { ...problem, tasks: movable };
  const plan = repairPlan(standing, null);
  if (task < 0 || plan.unplaced.includes(task)) return [];
  const { toInstant } = createTimeScale(sources.now);
  const { alternatives, own } = explainPlacement(standing, plan, task);
  return alternatives
    .filter(({ crew }) => crew !== own.crew)
    .flatMap(({ crew, start, end, deltaCents }) => {
      const option = problem.crews[crew];
      if (!option) return [];
      const late = (finish: number) => Math.max(0, finish - (standing.tasks[task]?.due ?? finish));
      return {
        ...{ crewId: option.id, crewName: option.name, deltaCents: Math.round(deltaCents) },
        ...{ start: toInstant(start), end: toInstant(end), deltaLateMinutes: late(end) - late(own.end) },
      };
    });
}
