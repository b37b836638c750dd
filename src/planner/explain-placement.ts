import { AppError } from '../errors.ts';
import {
  OBSTACLES,
  type Obstacle,
  type PlacementAlternative,
  type PlacementExplanation,
} from './explanation.ts';
import { loadPlan, takeOut } from './load-plan.ts';
import { judgeShift, toCents, toPlace } from './obstacles.ts';
import type { Plan, PlanProblem } from './plan-problem.ts';
import type { PlanState } from './plan-state.ts';
import { NONE } from './problem-index.ts';

/**
 * Why the task (an index, placed in the valid plan) stands where it stands, and what it would cost to give it to each
 * other crew, everything else staying in its order. A pinned task is looked at as if it were not. Throws
 * `planner.unplaced` for a task that is left out.
 */
export function explainPlacement(problem: PlanProblem, plan: Plan, task: number): PlacementExplanation {
  const state = loadPlan(problem, plan);
  const shift = state.shiftOf[task] ?? NONE;
  if (shift === NONE) {
    throw new AppError(`Task ${task} is not placed in the plan.`, { code: 'planner.unplaced' });
  }
  const own = {
    crew: state.index.shifts.crew[shift] as number,
    shift,
    position: positionOf(state, task, shift),
    start: state.start[task] as number,
    end: (state.start[task] as number) + (state.index.tasks.duration[task] as number),
    travelMinutes: state.legTo[task] as number,
  };
  const due = problem.tasks[task]?.due ?? null;
  state.index.tasks.pinned[task] = NONE;
  const before = state.cost;
  takeOut(state, task);
  const saved = before - state.cost + (state.index.tasks.unplacedPrice[task] as number);
  const { alternatives, excluded } = judgeOtherCrews(state, task, own.crew, { start: own.start, saved });
  return {
    task,
    own,
    slackMinutes: due === null ? null : due - own.end,
    alternatives,
    excluded,
    excludedCounts: countObstacles(excluded),
  };
}

function positionOf(state: PlanState, task: number, shift: number): number {
  return state.sequence.indexOf(task, shift * state.index.stride) - shift * state.index.stride;
}

/** The cheapest place with each other crew, or what comes nearest to being in the way of one. */
function judgeOtherCrews(
  state: PlanState,
  task: number,
  ownCrew: number,
  own: { start: number; saved: number },
): Pick<PlacementExplanation, 'alternatives' | 'excluded'> {
  const { crewCount, shiftCount, shifts } = state.index;
  const best = new Array<PlacementAlternative | null>(crewCount).fill(null);
  const bestCost = new Float64Array(crewCount).fill(Infinity);
  const nearest = new Array<Obstacle>(crewCount).fill('absent');
  for (let shift = 0; shift < shiftCount; shift++) {
    const crew = shifts.crew[shift] as number;
    if (crew === ownCrew) continue;
    const { obstacle, insertion } = judgeShift(state, task, shift);
    if (obstacle !== null) {
      if (OBSTACLES.indexOf(obstacle) > OBSTACLES.indexOf(nearest[crew] as Obstacle))
        nearest[crew] = obstacle;
    } else if (insertion.cost < (bestCost[crew] as number)) {
      bestCost[crew] = insertion.cost;
      const place = toPlace(state, task, shift, insertion);
      const deltaCents = toCents(insertion.cost - own.saved);
      best[crew] = { ...place, deltaCents, deltaMinutes: place.start - own.start };
    }
  }
  const alternatives = best.filter((one) => one !== null);
  return {
    alternatives: alternatives.sort((a, b) => a.deltaCents - b.deltaCents || a.crew - b.crew),
    excluded: best.flatMap((one, crew) =>
      one !== null || crew === ownCrew ? [] : [{ crew, obstacle: nearest[crew] as Obstacle }],
    ),
  };
}

function countObstacles(excluded: PlacementExplanation['excluded']): Partial<Record<Obstacle, number>> {
  const counts: Partial<Record<Obstacle, number>> = {};
  for (const { obstacle } of excluded) counts[obstacle] = (counts[obstacle] ?? 0) + 1;
  return counts;
}
