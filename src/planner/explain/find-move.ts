import { shiftsFor } from '../problem/able-shifts.ts';
import { NEVER, NONE } from '../problem/problem-index.ts';
import { isOrdered } from '../search/recreate.ts';
import { placeTask, removeMarked } from '../tours/edit-tour.ts';
import { createInsertion, type Insertion } from '../tours/insertion.ts';
import type { PlanState } from '../tours/plan-state.ts';
import { TourSnapshots } from '../tours/tour-snapshots.ts';
import type { PlanFix } from './explanation.ts';
import { findPlace } from './find-place.ts';
import { type Judgement, toCents, toPlace } from './obstacles.ts';

/** How many tasks are taken out on trial, and for how many of them another tour is looked for. */
const TAKEN_OUT = 96;
const MOVED = 24;

interface Target {
  shift: number;
  insertion: Insertion;
}

/** A move that was tried, and what it costs in units. */
interface Move {
  fix: PlanFix;
  cost: number;
}

/**
 * The cheapest way found to move one placed task elsewhere and put the left-out one in its tour. The shortest tasks that
 * make enough room are tried, since they find another place most easily.
 */
export function findMove(state: PlanState, task: number, judgements: readonly Judgement[]): PlanFix | null {
  const snapshots = new TourSnapshots(state);
  const marked = new Uint8Array(state.index.taskCount);
  let best: Move | null = null;
  let moved = 0;
  for (const other of listMovable(state, task, judgements)) {
    if (moved >= MOVED) break;
    const shift = state.shiftOf[other] as number;
    snapshots.begin();
    marked[other] = 1;
    removeMarked(state, shift, marked);
    marked[other] = 0;
    const move = swapIn(state, task, other, {
      shift,
      costBefore: snapshots.costBefore,
      limit: best?.cost ?? Infinity,
    });
    if (move !== undefined) moved += 1;
    if (move) best = move;
    snapshots.takeBack();
  }
  state.beforeChange = null;
  return best?.fix ?? null;
}

/** Tasks that may move and whose time or materials may suffice, the shortest first. */
function listMovable(state: PlanState, task: number, judgements: readonly Judgement[]): number[] {
  const { tasks, needsMaterials, taskCount, stride } = state.index;
  // One number holds duration and task, so that the sort needs no callback.
  const keys = new Float64Array(taskCount);
  let count = 0;
  for (let shift = 0; shift < judgements.length; shift++) {
    const { obstacle } = judgements[shift] as Judgement;
    if (obstacle !== 'time' && obstacle !== 'material') continue;
    for (let position = 0; position < (state.length[shift] as number); position++) {
      const other = state.sequence[shift * stride + position] as number;
      if (tasks.pinned[other] !== NONE || isOrdered(state, other)) continue;
      if (obstacle === 'material' && needsMaterials[other] === 0) continue;
      if (roomWithout(state, shift, position) < (tasks.duration[task] as number)) continue;
      keys[count++] = (tasks.duration[other] as number) * taskCount + other;
    }
  }
  const shortest = keys.subarray(0, count).sort().subarray(0, TAKEN_OUT);
  return Array.from(shortest, (key) => key % taskCount);
}

/** At most so many minutes of work fit into the tour without that stop. */
function roomWithout(state: PlanState, shift: number, position: number): number {
  const { tasks, shifts, travel, crewCount, stride } = state.index;
  const spare = state.spare[shift] as number;
  if (spare === NEVER) return NEVER;
  const place = shift * stride + position;
  const crew = shifts.crew[shift] as number;
  const isLast = position + 1 === state.length[shift];
  const before = position === 0 ? crew : crewCount + (state.sequence[place - 1] as number);
  const behind = isLast ? crew : crewCount + (state.sequence[place + 1] as number);
  const stop = state.sequence[place] as number;
  const legBehind = isLast ? state.legHome[shift] : state.legTo[state.sequence[place + 1] as number];
  const direct = before === behind ? 0 : (travel.minutes[before * travel.points + behind] as number);
  return (
    spare + (tasks.duration[stop] as number) + (state.legTo[stop] as number) + (legBehind as number) - direct
  );
}

/** With `other` out of its tour: undefined when the task has no place there even so, null when no move is below the limit. */
function swapIn(
  state: PlanState,
  task: number,
  other: number,
  { shift, costBefore, limit }: { shift: number; costBefore: number; limit: number },
): Move | null | undefined {
  const { unplacedPrice } = state.index.tasks;
  const found = createInsertion();
  findPlace(state, task, shift, found);
  if (found.cost === Infinity || !state.ledger.canTake(shift, task)) return undefined;
  const place = toPlace(state, task, shift, found);
  placeTask(state, task, shift, found.position, found.held);
  const spent = state.cost - costBefore - (unplacedPrice[other] as number) + (unplacedPrice[task] as number);
  const target = findElsewhere(state, other, shift, limit - spent);
  if (target === null) return null;
  const to = toPlace(state, other, target.shift, target.insertion);
  const cost = spent + target.insertion.cost;
  return { fix: { kind: 'moveTask', task: other, to, place, costCents: toCents(cost) }, cost };
}

/** Where the task costs least, if that is less than the limit. */
function findElsewhere(state: PlanState, task: number, from: number, limit: number): Target | null {
  let best: Target | null = null;
  let least = limit;
  const found = createInsertion();
  const { isMetric, shifts, tasks } = state.index;
  const able = shiftsFor(state.index, task);
  for (let place = 0; place < able.length; place++) {
    const shift = able[place] as number;
    // The work alone may cost too much; the road is never shorter for a stop more, unless a matrix says so.
    const work = isMetric ? (shifts.rate[shift] as number) * (tasks.duration[task] as number) : 0;
    if (shift === from || work >= least) continue;
    findPlace(state, task, shift, found);
    if (found.cost >= least || !state.ledger.canTake(shift, task)) continue;
    least = found.cost;
    best = { shift, insertion: { ...found } };
  }
  return best;
}
