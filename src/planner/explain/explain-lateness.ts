import { NEVER, NONE } from '../problem/problem-index.ts';
import type { PlanState } from '../tours/plan-state.ts';
import { withoutTask } from '../tours/without-task.ts';
import type { PlanFix } from './explanation.ts';
import { findFixes } from './find-fixes.ts';
import { judgeShiftsInTime } from './obstacles.ts';

/** Whether a task is placed, and ends after its due time. */
export function isLate({ index, shiftOf, start }: PlanState, task: number): boolean {
  const due = index.tasks.dueStart[task] as number;
  return shiftOf[task] !== NONE && due !== NEVER && (start[task] as number) > due;
}

/** What would place a late task if its due time were a hard one; null when nothing single would. */
export function explainLateness(state: PlanState, task: number): PlanFix | null {
  const { latestStart, dueStart } = state.index.tasks;
  const due = dueStart[task] as number;
  return withoutTask(state, task, () => {
    const latest = latestStart[task] as number;
    latestStart[task] = Math.min(latest, due);
    const fix = findEasiest(state, task);
    latestStart[task] = latest;
    return fix;
  });
}

/** Giving it more time is no help. */
function findEasiest(state: PlanState, task: number): PlanFix | null {
  for (const fix of findFixes(state, task, judgeShiftsInTime(state, task))) {
    if (fix.kind !== 'extendDeadline') return fix;
  }
  return null;
}
