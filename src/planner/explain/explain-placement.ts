import { AppError } from '../../base/errors.ts';
import { NONE } from '../problem/problem-index.ts';
import { roadCost } from '../tours/costs.ts';
import { withoutTask } from '../tours/edit-tour.ts';
import { createInsertion, type Insertion } from '../tours/insertion.ts';
import type { PlanState } from '../tours/plan-state.ts';
import {
  type CrewDayCause,
  OBSTACLES,
  type Obstacle,
  type PlacementAlternative,
  type PlacementExplanation,
} from './explanation.ts';
import { countCauses, type Judgement, judgeShift, pausesOf, toCents, toPlace } from './obstacles.ts';

/** See `Explainer`; the state is left as it was. */
export function explainPlacement(state: PlanState, task: number): PlacementExplanation {
  const { index } = state;
  const shift = state.shiftOf[task] ?? NONE;
  if (shift === NONE) {
    throw new AppError(`Task ${task} is not placed in the plan.`, { code: 'planner.unplaced' });
  }
  const start = state.start[task] as number;
  const own = {
    crew: index.shifts.crew[shift] as number,
    shift,
    position: positionOf(state, task, shift),
    start,
    end: state.end[task] as number,
    ...pausesOf(state, shift, start, state.end[task] as number),
    travelMinutes: state.legTo[task] as number,
  };
  const due = index.problem.tasks[task]?.due ?? null;
  const announced = index.problem.tasks[task]?.current?.start ?? start;
  const before = state.cost;
  const { alternatives, excluded, earlier } = withoutTask(state, task, () => {
    const saved = before - state.cost + (index.tasks.unplacedPrice[task] as number);
    const road = roadCost(state, task, shift, own.position);
    return {
      ...judgeOtherCrews(state, task, own.crew, { start, saved, road }),
      earlier: judgeEarlier(state, task, shift, announced),
    };
  });
  return {
    task,
    own,
    slackMinutes: due === null ? null : due - own.end,
    alternatives,
    excluded,
    excludedCounts: countObstacles(excluded),
    earlier,
  };
}

function positionOf(state: PlanState, task: number, shift: number): number {
  return state.sequence.indexOf(task, shift * state.index.stride) - shift * state.index.stride;
}

const RANK = new Map(OBSTACLES.map((obstacle, rank) => [obstacle, rank]));

/** The cheapest place with each other crew, or what comes nearest to being in the way of one. */
function judgeOtherCrews(
  state: PlanState,
  task: number,
  ownCrew: number,
  own: { start: number; saved: number; road: number },
): Pick<PlacementExplanation, 'alternatives' | 'excluded'> {
  const { crewCount, shiftCount, shifts } = state.index;
  const best = new Array<{ shift: number; insertion: Insertion } | null>(crewCount).fill(null);
  const nearest = new Array<Obstacle | null>(crewCount).fill(null);
  const found = createInsertion();
  for (let shift = 0; shift < shiftCount; shift++) {
    const crew = shifts.crew[shift] as number;
    if (crew === ownCrew) continue;
    const { obstacle } = judgeShift(state, task, shift, found);
    if (obstacle !== null) nearest[crew] = laterOf(nearest[crew] ?? obstacle, obstacle);
    else if (found.cost < (best[crew]?.insertion.cost ?? Infinity)) {
      best[crew] = { shift, insertion: { ...found } };
    }
  }
  const alternatives: PlacementAlternative[] = [];
  const excluded: PlacementExplanation['excluded'] = [];
  best.forEach((one, crew) => {
    if (one !== null) {
      const place = toPlace(state, task, one.shift, one.insertion);
      const deltaCents = toCents(one.insertion.cost - own.saved);
      const deltaRoadCents = toCents(roadCost(state, task, one.shift, place.position) - own.road);
      alternatives.push({ ...place, deltaCents, deltaRoadCents, deltaMinutes: place.start - own.start });
    } else if (crew !== ownCrew) {
      // Who has no shift at all is as good as absent.
      excluded.push({ crew, obstacle: nearest[crew] ?? 'absent' });
    }
  });
  alternatives.sort((a, b) => a.deltaCents - b.deltaCents || a.crew - b.crew);
  return { alternatives, excluded };
}

function laterOf(one: Obstacle, other: Obstacle): Obstacle {
  return one === other || (RANK.get(one) ?? 0) > (RANK.get(other) ?? 0) ? one : other;
}

/** What is in the way of a task that was put off in each crew-day between its announced time and its own. */
function judgeEarlier(state: PlanState, task: number, own: number, announced: number): CrewDayCause[] {
  const { shiftCount, shifts } = state.index;
  const judgements: Judgement[] = [];
  for (let shift = 0; shift < shiftCount; shift++) {
    const end = shifts.end[shift] as number;
    const isBetween = end > announced && end <= (shifts.start[own] as number);
    if (isBetween) judgements.push(judgeShift(state, task, shift));
  }
  return countCauses(judgements);
}

function countObstacles(excluded: PlacementExplanation['excluded']): Partial<Record<Obstacle, number>> {
  const counts: Partial<Record<Obstacle, number>> = {};
  for (const { obstacle } of excluded) counts[obstacle] = (counts[obstacle] ?? 0) + 1;
  return counts;
}
