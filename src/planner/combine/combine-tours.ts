import { NONE } from '../problem/problem-index.ts';
import type { SearchClock } from '../search/search-clock.ts';
import type { Random } from '../tours/random.ts';
import type { KnownTour } from '../tours/tour-pool.ts';
import type { PayingTours } from './paying-tours.ts';
import type { Relaxation, ShadowPrices } from './shadow-prices.ts';
import type { TourColumns } from './tour-columns.ts';

/** Of the shifts that are open, one in so many gets its tour at a time. */
const PART = 8;
const ROUNDS = 30;
const STEP = 0.5;
/** Times a tour is looked for in what others left, for each open shift. */
const TRIES = 5;
/** By how much chance moves the order in which shifts get their tours, as a share of the price of a task. */
const SHUFFLE = 0.02;

/** What tours are combined from. */
export interface Combination {
  columns: TourColumns;
  /** By shift: the columns that pay best, to choose from. */
  listOf: readonly Int32Array[];
  prices: ShadowPrices;
  paying: PayingTours;
  random: Random;
  clock: SearchClock;
  /** What a plan is thought to cost, and the least a task is worth (units). */
  target: number;
  unit: number;
}

/** Shifts and tasks while tours are chosen. */
interface Progress {
  listOf: number[][];
  isOpen: Uint8Array;
  open: number;
  /** By task: the round in which a chosen tour took it; 0 while none has. */
  taken: Int32Array;
  spent: number;
  chosen: KnownTour[];
}

/**
 * Chooses a tour for each shift so that few tasks are in two: again and again those shifts get theirs for which the
 * second best would be much worse, the prices follow, and for the others tours are looked for in what is left
 * [diving with restricted column generation; Joncour et al. 2010]. Uses up the prices. Null when the clock is at its end
 * before.
 */
export function combineTours(combination: Combination): KnownTour[] | null {
  const { columns, listOf, prices, target } = combination;
  const progress: Progress = {
    listOf: listOf.map((list) => Array.from(list)),
    isOpen: Uint8Array.from(listOf, () => 1),
    open: listOf.length,
    taken: new Int32Array(prices.gain.length),
    spent: 0,
    chosen: [],
  };
  for (let round = 1; progress.open > 0; round++) {
    const choice = { columns, listOf: progress.listOf, taken: progress.taken, spent: progress.spent };
    const relaxed = prices.adjust(choice, { rounds: ROUNDS, step: STEP, target });
    chooseSome(combination, progress, relaxed, round);
    if (!addTours(combination, progress, relaxed)) return null;
  }
  return progress.chosen;
}

function chooseSome(combination: Combination, progress: Progress, relaxed: Relaxation, round: number): void {
  const { columns } = combination;
  const { taken } = progress;
  const most = Math.max(1, Math.floor(progress.open / PART));
  let count = 0;
  for (const shift of rankShifts(combination, progress, relaxed)) {
    if (count === most) return;
    const column = relaxed.chosen[shift] as number;
    const tour = columns.tours[column] as KnownTour;
    if (tour.tasks.some((task) => taken[task] === round)) continue;
    for (const task of tour.tasks) taken[task] = round;
    close(progress, shift);
    progress.spent += tour.cost;
    progress.chosen.push(tour);
    count += 1;
  }
}

/** The open shifts, those first that would lose most without their best tour; those without a tour are closed. */
function rankShifts(combination: Combination, progress: Progress, relaxed: Relaxation): number[] {
  const { columns, prices, random, unit } = combination;
  const ranked: { shift: number; regret: number }[] = [];
  progress.listOf.forEach((list, shift) => {
    if (progress.isOpen[shift] === 0) return;
    const best = relaxed.chosen[shift] as number;
    if (best === NONE) {
      close(progress, shift);
      return;
    }
    let second = 0;
    for (const column of list) {
      if (column !== best) second = Math.max(second, columns.valueOf(column, prices.gain));
    }
    const regret = columns.valueOf(best, prices.gain) - second + SHUFFLE * unit * random.next();
    ranked.push({ shift, regret });
  });
  return ranked.sort((a, b) => b.regret - a.regret).map(({ shift }) => shift);
}

function close(progress: Progress, shift: number): void {
  progress.isOpen[shift] = 0;
  progress.listOf[shift] = [];
  progress.open -= 1;
}

/** Tours for the open shifts out of tasks that are still open; false when there is no time for them. */
function addTours(combination: Combination, progress: Progress, relaxed: Relaxation): boolean {
  const { columns, prices, paying, clock } = combination;
  const gain = prices.gain.map((value, task) => (progress.taken[task] === 0 ? value : 0));
  for (let shift = 0; shift < progress.listOf.length; shift++) {
    if (progress.isOpen[shift] === 0) continue;
    if (!clock.tick()) return false;
    const begin = columns.tours[relaxed.chosen[shift] as number] ?? null;
    for (const tour of paying.search(shift, begin, gain, TRIES)) {
      const column = columns.add(tour);
      if (column !== NONE) progress.listOf[shift]?.push(column);
    }
  }
  return true;
}
