import type { PlanState } from '../tours/plan-state.ts';
import type { Random } from '../tours/random.ts';
import { recreate } from './recreate.ts';
import { createLeftOutRegion } from './region.ts';
import { insertByRegret } from './regret-insertion.ts';

/** Regret is worth its time for so many tasks; above, weight and due time decide the order. */
const REGRET_TASKS = 300;

/** No place is overlooked. */
const NEVER_BLINKING: Random = { next: () => 1, below: () => 0 };

/** Gives a place to as much as possible of what is left out: by regret, or the heaviest and soonest due first. */
export function insertLeftOut(state: PlanState): void {
  const region = createLeftOutRegion(state);
  if (region.tasks.length <= REGRET_TASKS) {
    insertByRegret(state, region);
    return;
  }
  const { unplacedPrice, dueStart } = state.index.tasks;
  const tasks = Array.from(region.tasks).sort(
    (a, b) =>
      (unplacedPrice[b] as number) - (unplacedPrice[a] as number) ||
      (dueStart[a] as number) - (dueStart[b] as number),
  );
  const wasLeftOut = new Uint8Array(state.index.taskCount);
  recreate(state, region, { tasks, wasLeftOut, touched: [] }, NEVER_BLINKING);
}
