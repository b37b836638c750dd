import { NONE } from '../problem/problem-index.ts';
import type { TourPool } from '../tours/tour-pool.ts';
import { exchangeStops } from './exchange-stops.ts';
import { meetPartner, STEPS_BETWEEN_MEETINGS } from './meet-partner.ts';
import { recreate } from './recreate.ts';
import type { Region } from './region.ts';
import { createRuin, type Ruin, ruinEveryTour, ruinRandom, ruinStrings } from './ruin.ts';
import type { Search } from './search.ts';

/** How often stops are taken out from anywhere instead of near one another. */
const RANDOM_RUINS = 0.05;
/** How many left-out tasks on average are inserted on equal terms with those just removed. */
const PROMOTED = 2;
/** Tours of a plan are remembered that costs at most so many times what the best one does. */
const NEAR = 1.03;

/**
 * Ruins and recreates a region, again and again, until `iterations` are done or the clock is at its end. A dearer plan
 * is kept when it is dearer by less than the temperature times an exponentially distributed chance [Christiaens and
 * Vanden Berghe 2020]; the cheapest is remembered in `search.best`.
 */
export function anneal(search: Search, region: Region, iterations: number): void {
  if (region.tasks.length === 0) return;
  const { state, snapshots, best, random, clock, style, pool } = search;
  const ruin = createRuin(state, region, style.removed);
  const wasLeftOut = new Uint8Array(state.index.taskCount);
  // What is left out now may well have a place in tours of this region: only later is it known to have none.
  let leftOut = Array.from(region.tasks).filter((task) => state.shiftOf[task] === NONE);
  for (let done = 0; done < iterations && clock.tick(); done++) {
    const before = state.cost;
    snapshots.begin();
    const tried =
      random.next() < style.exchanges
        ? exchange(search, region, ruin, leftOut, wasLeftOut)
        : rebuild(search, region, ruin, leftOut, wasLeftOut);
    const limit = before - clock.temperature * Math.log(random.next() || Number.MIN_VALUE);
    if (state.cost >= limit) {
      snapshots.takeBack();
      continue;
    }
    best.note(snapshots.touched);
    if (pool) rememberTours(search, pool);
    for (const task of leftOut) wasLeftOut[task] = 0;
    leftOut = tried.filter((task) => state.shiftOf[task] === NONE);
    for (const task of leftOut) wasLeftOut[task] = 1;
  }
}

/** Anneals until the clock is at its end; with a partner, in stretches between which the two meet. */
export function annealTogether(search: Search, region: Region): void {
  const { clock, partner } = search;
  const steps = partner ? STEPS_BETWEEN_MEETINGS : Infinity;
  if (region.tasks.length === 0) return;
  do {
    anneal(search, region, steps);
    meetPartner(search);
  } while (clock.progress < 1);
}

function rememberTours({ state, best, snapshots }: Search, pool: TourPool): void {
  if (state.cost > best.cost * NEAR) return;
  for (const shift of snapshots.touched) pool.remember(state, shift);
}

/**
 * Takes out stops near one another and inserts them again, among them a few of the tasks left out before; the others
 * get what room remains. All of them at once would make a new mixture every time, nearly always a worse one.
 */
function rebuild(
  { state, snapshots, order, random }: Search,
  region: Region,
  ruin: Ruin,
  leftOut: readonly number[],
  wasLeftOut: Uint8Array,
): number[] {
  if (random.next() < RANDOM_RUINS) ruinRandom(state, region, ruin, random);
  else ruinStrings(state, region, ruin, leftOut, random);
  const first = ruin.removed.slice();
  const rest: number[] = [];
  for (const task of leftOut) (random.next() * leftOut.length < PROMOTED ? first : rest).push(task);
  for (const tasks of [first, rest]) {
    order.sort(tasks, random);
    recreate(state, region, { tasks, wasLeftOut, touched: snapshots.touched }, random);
  }
  return first.concat(rest);
}

/** Takes a stop out of every tour and gives them out anew, together with what was left out. */
function exchange(
  { state, snapshots, order, random, clock }: Search,
  region: Region,
  ruin: Ruin,
  leftOut: readonly number[],
  wasLeftOut: Uint8Array,
): number[] {
  ruinEveryTour(state, region, ruin, random);
  const tasks = ruin.removed.concat(leftOut);
  exchangeStops(state, region, tasks, clock.temperature, random);
  const open = tasks.filter((task) => state.shiftOf[task] === NONE);
  const again = open.filter((task) => wasLeftOut[task] === 0 || random.next() * leftOut.length < PROMOTED);
  order.sort(again, random);
  recreate(state, region, { tasks: again, wasLeftOut, touched: snapshots.touched }, random);
  return open;
}
