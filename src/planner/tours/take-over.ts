import { isAble } from '../problem/able-shifts.ts';
import type { Plan } from '../problem/plan-problem.ts';
import { NONE } from '../problem/problem-index.ts';
import { placeTask } from './edit-tour.ts';
import { createInsertion, isReady, judgePosition } from './insertion.ts';
import type { PlanState } from './plan-state.ts';
import { setBreaks } from './taken-breaks.ts';
import type { KnownTour } from './tour-pool.ts';

interface Wish {
  task: number;
  shift: number;
  start: number;
}

/** Places what is pinned, each task in its shift in the order of the announced starts. */
export function placePinned(state: PlanState): void {
  const { tasks, taskCount } = state.index;
  const wishes: Wish[] = [];
  for (let task = 0; task < taskCount; task++) {
    const shift = tasks.pinned[task] as number;
    if (shift !== NONE) wishes.push({ task, shift, start: tasks.currentStart[task] as number });
  }
  wishes.sort((a, b) => a.start - b.start || a.task - b.task);
  for (const { task, shift } of wishes) placeTask(state, task, shift, state.length[shift] as number, true);
}

/**
 * Puts what is not pinned where the plan has it, or where it was announced when the plan does not know it: same shift,
 * same order, as far as that is still possible. Everything pinned is placed before.
 */
export function takeOver(state: PlanState, plan: Plan | null): void {
  for (const { shift, breaks } of plan?.tours ?? []) if (breaks) setBreaks(state, shift, breaks);
  const wishes = [...wishesOf(state, plan)].sort((a, b) => a.start - b.start || a.task - b.task);
  for (const wish of wishes) tryWish(state, wish);
}

/** Puts the stops of the tours that are in none where those tours have them, as far as that is possible. */
export function placeTours(state: PlanState, tours: readonly KnownTour[]): void {
  const wishes = tours.flatMap(({ shift, tasks, starts }) =>
    Array.from(tasks, (task, place) => ({ task, shift, start: starts[place] as number })),
  );
  wishes.sort((a, b) => a.start - b.start || a.task - b.task);
  for (const wish of wishes) if (state.shiftOf[wish.task] === NONE) tryWish(state, wish);
}

function* wishesOf(state: PlanState, plan: Plan | null): Generator<Wish> {
  const { tasks, taskCount, shiftCount } = state.index;
  const known = new Set(plan?.unplaced);
  for (const { shift, stops } of plan?.tours ?? []) {
    for (const { task, start } of stops) {
      if (shift >= shiftCount || task >= taskCount || known.has(task)) continue;
      known.add(task);
      if (tasks.pinned[task] === NONE) yield { task, shift, start };
    }
  }
  for (let task = 0; task < taskCount; task++) {
    const shift = tasks.currentShift[task] as number;
    if (known.has(task) || shift === NONE || tasks.pinned[task] !== NONE) continue;
    yield { task, shift, start: tasks.currentStart[task] as number };
  }
}

function tryWish(state: PlanState, { task, shift, start }: Wish): void {
  const { index } = state;
  const { tasks } = index;
  if (!isAble(index, task, shift) || !isReady(index, state, task)) return;
  if (!state.ledger.canTake(shift, task)) return;
  const announced = tasks.currentStart[task] as number;
  const held = tasks.currentShift[task] === shift && start >= announced;
  const found = createInsertion();
  const position = positionAt(state, shift, start);
  judgePosition(state, task, shift, position, held, found);
  if (found.position === NONE && held) judgePosition(state, task, shift, position, false, found);
  if (found.position !== NONE && found.cost < Infinity) {
    placeTask(state, task, shift, found.position, found.held);
  }
}

/** Behind all stops that start before that minute, or at it. */
function positionAt(state: PlanState, shift: number, start: number): number {
  const first = shift * state.index.stride;
  let position = state.length[shift] as number;
  while (position > 0 && (state.start[state.sequence[first + position - 1] as number] as number) > start)
    position -= 1;
  return position;
}
