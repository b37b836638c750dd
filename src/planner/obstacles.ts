import type { EvaluatedPlace, Obstacle } from './explanation.ts';
import { createInsertion, findInsertion, type Insertion, isReady } from './insertion.ts';
import type { PlanCrew, PlanShift, PlanTask } from './plan-problem.ts';
import type { PlanState } from './plan-state.ts';
import { NEVER, UNITS_PER_CENT } from './problem-index.ts';

/** What stands between a task and a crew-day; `insertion` is its cheapest place there, as far as there is one. */
export interface Judgement {
  obstacle: Obstacle | null;
  skill: number | null;
  material: number | null;
  insertion: Insertion;
}

/** Finds the first obstacle, in the order of `OBSTACLES`; null when the task could be done there. */
export function judgeShift(state: PlanState, taskIndex: number, shiftIndex: number): Judgement {
  const { problem } = state.index;
  const task = problem.tasks[taskIndex] as PlanTask;
  const shift = problem.shifts[shiftIndex] as PlanShift;
  const crew = problem.crews[shift.crew] as PlanCrew;
  const insertion = createInsertion();
  const judge = (obstacle: Obstacle | null, skill: number | null = null, material: number | null = null) => ({
    ...{ obstacle, skill, material, insertion },
  });
  if (shift.absent !== null) return judge('absent');
  const lacking = task.skills.find(({ skill, level }) => (crew.levels[skill] ?? 0) < level);
  if (lacking) return judge('skill', lacking.skill);
  if (crew.size < task.crewSize) return judge('crewSize');
  if (!isReady(state.index, state, taskIndex)) return judge('predecessor');
  findInsertion(state, taskIndex, shiftIndex, insertion);
  if (insertion.cost === Infinity) return judge(findTimeObstacle(state, taskIndex, shiftIndex));
  const missing = findMissing(state, task, shiftIndex);
  if (missing !== null) return judge('material', null, missing);
  return judge(insertion.cost >= (state.index.tasks.unplacedPrice[taskIndex] as number) ? 'cost' : null);
}

/** Which of its own limits alone keeps the task out, if one does; `time` otherwise. */
function findTimeObstacle(state: PlanState, task: number, shift: number): Obstacle {
  if (state.index.taskClosed[task] !== null && withoutClosed(state, task, shift).cost < Infinity)
    return 'closed';
  return withoutDeadline(state, task, shift).cost < Infinity ? 'deadline' : 'time';
}

/** The cheapest place if no time were closed to the task. */
export function withoutClosed(state: PlanState, task: number, shift: number): Insertion {
  const { index } = state;
  const found = createInsertion();
  const closed = index.taskClosed[task] ?? null;
  index.taskClosed[task] = null;
  findInsertion(state, task, shift, found);
  index.taskClosed[task] = closed;
  return found;
}

/** The cheapest place if the task had no hard deadline. */
export function withoutDeadline(state: PlanState, task: number, shift: number): Insertion {
  const found = createInsertion();
  const { latestStart } = state.index.tasks;
  const latest = latestStart[task] as number;
  if (latest === NEVER) return found;
  latestStart[task] = NEVER;
  findInsertion(state, task, shift, found);
  latestStart[task] = latest;
  return found;
}

function findMissing(state: PlanState, task: PlanTask, shift: number): number | null {
  const missing = task.materials.find(
    ({ material, quantity }) =>
      state.ledger.missingOnTruck(shift, material, quantity) > 0 ||
      state.ledger.missingInDepot(shift, material, quantity) > 0,
  );
  return missing?.material ?? null;
}

/** An insertion in the terms of the problem. */
export function toPlace(state: PlanState, task: number, shift: number, insertion: Insertion): EvaluatedPlace {
  const { index, sequence } = state;
  const crew = index.shifts.crew[shift] as number;
  const before = sequence[shift * index.stride + insertion.position - 1] as number;
  const point = insertion.position === 0 ? crew : index.crewCount + before;
  return {
    crew,
    shift,
    position: insertion.position,
    start: insertion.start,
    end: insertion.start + (index.tasks.duration[task] as number),
    travelMinutes: index.travel.minutes[point * index.travel.points + index.crewCount + task] as number,
  };
}

export function toCents(units: number): number {
  return Math.round(units / UNITS_PER_CENT);
}
