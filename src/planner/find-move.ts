import { shiftsFor } from './able-shifts.ts';
import { placeTask, removeMarked } from './edit-tour.ts';
import type { PlanFix } from './explanation.ts';
import { createInsertion, findInsertion, type Insertion } from './insertion.ts';
import { type Judgement, toCents, toPlace } from './obstacles.ts';
import { type PlanState, stopsOf } from './plan-state.ts';
import { NONE } from './problem-index.ts';
import { isOrdered } from './recreate.ts';
import { TourSnapshots } from './tour-snapshots.ts';

/** How many moves are worked out to the end; the ones that make the most room for the least weight are tried first. */
const TRIED = 48;

/** The cheapest way to move one placed task elsewhere and put the left-out one in its tour. */
export function findMove(state: PlanState, task: number, judgements: readonly Judgement[]): PlanFix | null {
  const snapshots = new TourSnapshots(state);
  const marked = new Uint8Array(state.index.taskCount);
  let best: PlanFix | null = null;
  let tried = 0;
  judgements.forEach(({ obstacle }, shift) => {
    if (obstacle !== 'time' && obstacle !== 'material') return;
    for (const other of Array.from(stopsOf(state, shift))) {
      if (state.index.tasks.pinned[other] !== NONE || isOrdered(state, other) || tried >= TRIED) continue;
      snapshots.begin();
      marked[other] = 1;
      removeMarked(state, shift, marked);
      marked[other] = 0;
      const fix = swapIn(state, task, shift, other, snapshots);
      if (fix !== undefined) tried += 1;
      if (fix && (best === null || fix.costCents < best.costCents)) best = fix;
      snapshots.takeBack();
    }
  });
  state.beforeChange = null;
  return best;
}

/** With `other` out of its tour: undefined when the task has no place there even so. */
function swapIn(
  state: PlanState,
  task: number,
  shift: number,
  other: number,
  snapshots: TourSnapshots,
): PlanFix | null | undefined {
  const { unplacedPrice } = state.index.tasks;
  const costBefore = snapshots.costBefore;
  const found = createInsertion();
  findInsertion(state, task, shift, found);
  if (found.cost === Infinity || !state.ledger.canTake(shift, task)) return undefined;
  const place = toPlace(state, task, shift, found);
  placeTask(state, task, shift, found.position, found.held);
  const target = findElsewhere(state, other, shift);
  if (target === null) return null;
  const to = toPlace(state, other, target.shift, target.insertion);
  const costCents = toCents(
    state.cost -
      costBefore +
      target.insertion.cost -
      (unplacedPrice[other] as number) +
      (unplacedPrice[task] as number),
  );
  return { kind: 'moveTask', task: other, to, place, costCents };
}

function findElsewhere(
  state: PlanState,
  task: number,
  from: number,
): { shift: number; insertion: Insertion } | null {
  let best: { shift: number; insertion: Insertion } | null = null;
  const found = createInsertion();
  for (const shift of shiftsFor(state.index, task)) {
    findInsertion(state, task, shift, found);
    if (shift === from || found.cost >= (best?.insertion.cost ?? Infinity)) continue;
    if (!state.ledger.canTake(shift, task)) continue;
    best = { shift, insertion: { ...found } };
  }
  return best;
}
