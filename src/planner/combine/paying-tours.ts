import { NONE, type ProblemIndex } from '../problem/problem-index.ts';
import type { Region } from '../search/region.ts';
import { placeTask, removeMarked } from '../tours/edit-tour.ts';
import { createInsertion, findInsertion } from '../tours/insertion.ts';
import { createPlanState, type PlanState, stopsOf } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';
import { placePinned, placeTours } from '../tours/take-over.ts';
import type { KnownTour, TourPool } from '../tours/tour-pool.ts';

/** Stops taken out of a tour at a time, at most. */
const REMOVED = 3;
/** By how much chance makes a task less attractive, at most. */
const NOISE = 0.3;
/** Minutes on the road that are counted to a task's own when tasks are compared by what they bring in a minute. */
const ROAD = 20;

/** Looks for tours that pay, one shift at a time: beside pinned stops nothing else is in the plan. */
export class PayingTours {
  private readonly state: PlanState;
  private readonly pool: TourPool;
  private readonly random: Random;
  /** By shift: tasks it can do that are not pinned. */
  private readonly tasksOf: Int32Array[];
  private readonly marked: Uint8Array;
  private readonly found = createInsertion();

  /** Tours of the region in a problem without order; what pays goes to the pool. */
  constructor(index: ProblemIndex, region: Region, pool: TourPool, random: Random) {
    this.state = createPlanState(index);
    placePinned(this.state);
    this.pool = pool;
    this.random = random;
    this.marked = new Uint8Array(index.taskCount);
    const tasksOf: number[][] = Array.from({ length: index.shiftCount }, () => []);
    region.tasks.forEach((task, row) => {
      for (const column of region.columnsOf[row] as Int32Array) {
        tasksOf[region.shifts[column] as number]?.push(task);
      }
    });
    this.tasksOf = tasksOf.map((tasks) => Int32Array.from(tasks));
  }

  /**
   * Takes a few stops out of a tour and fills it up again, so many times, and goes on from what pays better when each
   * task brings its `gain`. Returns what is new, best last. Begins with the empty tour where none is given.
   */
  search(shift: number, begin: KnownTour | null, gain: Float64Array, tries: number): KnownTour[] {
    const found: KnownTour[] = [];
    if (begin !== null) placeTours(this.state, [withoutWorthless(begin, gain)]);
    let current = this.valueOf(shift, gain);
    for (let attempt = 0; attempt < tries; attempt++) {
      const before = Int32Array.from(stopsOf(this.state, shift));
      const held = before.map((task) => this.state.held[task] as number);
      this.thinOut(shift);
      this.fill(shift, gain, this.random.next() < 0.5);
      const value = this.valueOf(shift, gain);
      if (value <= current + 1) {
        this.clear(shift);
        this.putBack(shift, before, held);
        continue;
      }
      current = value;
      const tour = this.pool.remember(this.state, shift);
      if (tour !== null) found.push(tour);
    }
    this.clear(shift);
    return found;
  }

  private valueOf(shift: number, gain: Float64Array): number {
    let value = -(this.state.tourCost[shift] as number);
    for (const task of stopsOf(this.state, shift)) value += gain[task] as number;
    return value;
  }

  private thinOut(shift: number): void {
    const { state, random, marked } = this;
    const stops = stopsOf(state, shift).slice();
    const count = Math.min(stops.length, 1 + random.below(REMOVED));
    for (let one = 0; one < count; one++) {
      const task = stops[random.below(stops.length)] as number;
      if (state.index.tasks.pinned[task] === NONE) marked[task] = 1;
    }
    removeMarked(state, shift, marked);
    for (const task of stops) marked[task] = 0;
  }

  /** Adds what brings most, or most in a minute, as long as anything pays. */
  private fill(shift: number, gain: Float64Array, byMinute: boolean): void {
    const { state, found } = this;
    for (;;) {
      const task = this.chooseTask(shift, gain, byMinute);
      if (task === NONE) return;
      findInsertion(state, task, shift, found);
      placeTask(state, task, shift, found.position, found.held);
    }
  }

  private chooseTask(shift: number, gain: Float64Array, byMinute: boolean): number {
    const { state, found, random } = this;
    const { tasks, needsMaterials } = state.index;
    const candidates = this.tasksOf[shift] as Int32Array;
    const spare = state.spare[shift] as number;
    let best = 0;
    let chosen = NONE;
    for (let at = 0; at < candidates.length; at++) {
      const task = candidates[at] as number;
      const brings = gain[task] as number;
      const duration = tasks.duration[task] as number;
      if (brings <= 0 || duration > spare || state.shiftOf[task] !== NONE) continue;
      const scale = (1 - NOISE * random.next()) / (byMinute ? duration + ROAD : 1);
      if (brings * scale <= best) continue;
      if (needsMaterials[task] === 1 && !state.ledger.canTake(shift, task)) continue;
      findInsertion(state, task, shift, found);
      const score = (brings - found.cost) * scale;
      if (score <= best) continue;
      best = score;
      chosen = task;
    }
    return chosen;
  }

  private putBack(shift: number, stops: Int32Array, held: Int32Array): void {
    const { state } = this;
    stops.forEach((task, position) => {
      if (state.shiftOf[task] === NONE) placeTask(state, task, shift, position, held[position] === 1);
    });
  }

  private clear(shift: number): void {
    const { state, marked } = this;
    const stops = stopsOf(state, shift).slice();
    for (const task of stops) if (state.index.tasks.pinned[task] === NONE) marked[task] = 1;
    removeMarked(state, shift, marked);
    for (const task of stops) marked[task] = 0;
  }
}

/** What others do already brings nothing. */
function withoutWorthless(tour: KnownTour, gain: Float64Array): KnownTour {
  const stays = (task: number) => (gain[task] as number) > 0;
  return {
    ...tour,
    tasks: tour.tasks.filter(stays),
    starts: tour.starts.filter((_start, place) => stays(tour.tasks[place] as number)),
    ends: tour.ends.filter((_end, place) => stays(tour.tasks[place] as number)),
  };
}
