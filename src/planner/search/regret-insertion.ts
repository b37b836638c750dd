import { NONE } from '../problem/problem-index.ts';
import { placeTask } from '../tours/edit-tour.ts';
import { isReady } from '../tours/insertion.ts';
import type { PlanState } from '../tours/plan-state.ts';
import { isOrdered, refreshSlot } from './recreate.ts';
import type { Region } from './region.ts';

interface Candidate {
  task: number;
  row: number;
  /** Column of the cheapest tour, and what it costs more than nothing and less than the second cheapest. */
  column: number;
  cost: number;
  regret: number;
}

/**
 * Inserts what is left out of the region, each time the task that would lose most if its best tour were gone
 * [Potvin and Rousseau 1993]: what it saves beside the second best tour, or beside being left out.
 */
export function insertByRegret(state: PlanState, region: Region): void {
  let waiting = Array.from(region.tasks).filter((task) => state.shiftOf[task] === NONE);
  while (waiting.length > 0) {
    const candidates = waiting
      .filter((task) => isReady(state.index, state, task))
      .map((task) => weigh(state, region, task));
    if (!insertAll(state, region, candidates)) return;
    waiting = waiting.filter((task) => state.shiftOf[task] === NONE && isOrdered(state, task));
  }
}

function insertAll(state: PlanState, region: Region, candidates: Candidate[]): boolean {
  let open = candidates;
  let placed = false;
  for (;;) {
    let best: Candidate | null = null;
    for (const one of open) {
      if (one.column !== NONE && (best === null || one.regret > best.regret)) best = one;
    }
    if (best === null) return placed;
    const chosen = best;
    const slot = chosen.row * region.shifts.length + chosen.column;
    const place = region.positions[slot] as number;
    placeTask(state, chosen.task, region.shifts[chosen.column] as number, place >> 1, (place & 1) === 1);
    placed = true;
    open = open.filter((one) => one !== chosen && one.column !== NONE);
    for (const one of open) update(state, region, one, chosen.column);
  }
}

/** After a tour changed: what did not want it and does not want it now need not look at all tours again. */
function update(state: PlanState, region: Region, one: Candidate, changed: number): void {
  const { index } = state;
  const isPlain = index.needsMaterials[one.task] === 0 && !(index.hasOrder && isOrdered(state, one.task));
  if (isPlain && !hasMoved(state, region, one, changed)) {
    const slot = one.row * region.shifts.length + changed;
    const second = one.cost + one.regret;
    if (one.column !== changed && (region.bounds[slot] as number) >= second) return;
    if (region.able[slot] === 0) return;
    const before = region.versions[slot] === NONE ? Infinity : (region.costs[slot] as number);
    refreshSlot(state, region, one.task, changed, slot);
    if (one.column !== changed && before > second && (region.costs[slot] as number) >= second) return;
  }
  Object.assign(one, weigh(state, region, one.task));
}

/** Whether the tour it was to go to has changed although the insertion was another's: its order reached that far. */
function hasMoved(state: PlanState, region: Region, { row, column }: Candidate, changed: number): boolean {
  if (column === NONE || column === changed || !state.index.hasOrder) return false;
  const slot = row * region.shifts.length + column;
  return region.versions[slot] !== state.version[region.shifts[column] as number];
}

function weigh(state: PlanState, region: Region, task: number): Candidate {
  const { index } = state;
  const { shifts, versions, costs, bounds } = region;
  const row = region.rowOf[task] as number;
  const base = row * shifts.length;
  const fresh = index.hasOrder && isOrdered(state, task);
  const price = index.tasks.unplacedPrice[task] as number;
  const needsMaterials = index.needsMaterials[task] === 1;
  let column = NONE;
  let best = price;
  let second = price;
  for (const candidate of region.columnsOf[row] as Int32Array) {
    const shift = shifts[candidate] as number;
    const slot = base + candidate;
    if ((bounds[slot] as number) >= second) break;
    if (versions[slot] !== state.version[shift] || fresh) refreshSlot(state, region, task, candidate, slot);
    const cost = costs[slot] as number;
    if (cost >= second) continue;
    if (needsMaterials && !state.ledger.canTake(shift, task)) continue;
    if (cost < best) {
      second = best;
      best = cost;
      column = candidate;
    } else second = cost;
  }
  return { task, row, column, cost: best, regret: second - best };
}
