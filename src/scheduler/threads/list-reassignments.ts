import { localDay } from '../../core/values/wall-time.ts';
import type { Reassignments } from '../../core/work/reassignment.ts';
import { countLateMinutes, type WorkOrder } from '../../core/work/work-order.ts';
import { createExplainer } from '../../planner/explain/explainer.ts';
import { mergeSpans } from '../../planner/problem/merge-spans.ts';
import type { PlanProblem, PlanShift } from '../../planner/problem/plan-problem.ts';
import { createLegMeter } from '../../planner/problem/travel-matrix.ts';
import type { TravelMemory } from '../../planner/problem/travel-memory.ts';
import { repairPlan } from '../../planner/repair-plan.ts';
import { buildPlanProblem, countPaused } from '../problem/build-plan-problem.ts';
import { listLacking, waiveUnheldSkills } from '../problem/needed-skills.ts';
import { closedFor } from '../problem/pin-orders.ts';
import { createTimeScale, type PlanSources } from '../problem/plan-sources.ts';
import { leaveOut } from '../problem/set-aside.ts';
import { OBSTACLE_WORDS } from '../words/plan-words.ts';

/** An order that has not been started, and the plan it stands in; structured-cloneable. */
export interface ReassignmentRequest {
  sources: PlanSources;
  orderId: string;
}

/**
 * Which crews could take an announced order instead, or take one that waits, the best for the plan first, each where it
 * costs least in the plan as it stands, compared with where the order stands now, whatever a plan would make of it; and
 * why the others cannot. Nothing else of the plan moves. What a crew said to it, and whom dispatch chose before, is no
 * obstacle: that is what dispatch may be about to change. Nor is a skill that no crew has: somebody has to do it.
 */
export function listReassignments(
  { sources, orderId }: ReassignmentRequest,
  memory: TravelMemory,
): Reassignments {
  const order = sources.orders.find(({ _id }) => _id === orderId);
  if (!order) return { options: [], others: [] };
  const { problem, task } = buildStanding(sources, order);
  const plan = repairPlan(problem, null, memory);
  if (task < 0 || plan.unplaced.includes(task)) return { options: [], others: [] };
  const { alternatives, own, excluded } = createExplainer(problem, plan, memory).explainPlacement(task);
  const isHeld = problem.tasks[task]?.current?.pinned ?? false;
  const places = isHeld ? alternatives : [{ ...own, deltaRoadCents: 0, deltaMinutes: 0 }, ...alternatives];
  const { toInstant } = createTimeScale(sources.now);
  const { crews } = sources.agency;
  const options = places.flatMap(
    ({ crew, start, end, pauses, travelMinutes, deltaRoadCents, deltaMinutes }) => {
      const option = problem.crews[crew];
      if (!option) return [];
      return {
        crewId: option.id,
        crewName: option.name,
        deltaCents: deltaRoadCents,
        start: toInstant(start),
        end: toInstant(end),
        ...(pauses && {
          breaks: pauses.map((one) => ({ start: toInstant(one.start), end: toInstant(one.end) })),
        }),
        deltaMinutes,
        lateMinutes: countLateMinutes(toInstant(end), order.dueAt),
        travelMinutes,
        hasDeclined: order.declined.some(({ crewId }) => crewId === option.id),
        lacks: listLacking(
          order,
          crews.find(({ id }) => id === option.id),
        ),
      };
    },
  );
  const others = excluded.flatMap(({ crew, obstacle }) => {
    const name = problem.crews[crew]?.name;
    return name === undefined ? [] : { crewName: name, why: OBSTACLE_WORDS[obstacle][0] };
  });
  return { options, others };
}

/** The plan as it stands, with all that was announced where it was announced; other work that waits is left out. */
function buildStanding(sources: PlanSources, order: WorkOrder): { problem: PlanProblem; task: number } {
  const orders = sources.orders.filter(({ _id, state }) => state !== 'waiting' && _id !== order._id);
  const rest = leaveOut({ ...sources, orders }, true);
  const asked = waiveUnheldSkills({ ...order, givenTo: null, declined: [] }, sources.agency);
  const built = buildPlanProblem({ ...rest, orders: [...rest.orders, asked] }, true);
  const task = built.orders.indexOf(asked);
  const { current } = built.problem.tasks[task] ?? {};
  const isLost = order.state === 'announced' && !current?.pinned;
  const problem = closeToTask(sources, built.problem, task, order);
  return { problem: isLost ? holdOutside(sources, problem, task, order) : problem, task };
}

/** Work that is held where it is knows no closed district; where it may go instead, there is one. */
function closeToTask(
  { now, agency, closures }: PlanSources,
  problem: PlanProblem,
  task: number,
  order: WorkOrder,
): PlanProblem {
  const { toSpan } = createTimeScale(now);
  const closed = mergeSpans(closedFor(order, agency.districts, closures).map(toSpan));
  if (closed.length === 0) return problem;
  return {
    ...problem,
    tasks: problem.tasks.map((one, index) => (index === task ? { ...one, closed } : one)),
  };
}

/**
 * Holds a job that has no place in its crew's shifts any more where it was announced: in a tour of its own, of a double
 * of its crew, so that the crew itself can be offered for its shifts as they are now.
 */
function holdOutside(
  { now, agency }: PlanSources,
  problem: PlanProblem,
  task: number,
  { assignment }: WorkOrder,
): PlanProblem {
  const crew = problem.crews.findIndex(({ id }) => id === assignment?.crewId);
  const double = problem.crews[crew];
  if (!assignment || !double) return problem;
  const { toMinute } = createTimeScale(now);
  const road = createLegMeter(problem)(crew, problem.crews.length + task);
  const [start, end] = [toMinute(assignment.start), toMinute(assignment.end)];
  const tour: PlanShift = {
    crew: problem.crews.length,
    day: localDay(assignment.start, agency.timeZone),
    start: start - road,
    end: end + road,
    closed: [],
    absent: null,
  };
  const pausedMinutes = countPaused(assignment);
  const current = { shift: problem.shifts.length, start, pinned: true };
  const tasks = problem.tasks.map((one, index) =>
    index === task ? { ...one, pausedMinutes, current } : one,
  );
  return { ...problem, tasks, crews: [...problem.crews, double], shifts: [...problem.shifts, tour] };
}
