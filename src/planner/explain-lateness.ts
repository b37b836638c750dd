import type { PlanFix } from './explanation.ts';
import { findFixes } from './find-fixes.ts';
import { judgeShiftsInTime } from './obstacles.ts';
import type { PlanState } from './plan-state.ts';
import { NEVER, NONE } from './problem-index.ts';
import { withoutTask } from './without-task.ts';

/** What would place the task if its due time were a hard one; null when nothing single would, or it is not late. */
export function explainLateness(state: PlanState, task: number): PlanFix | null {
  const { latestStart, dueStart } = state.index.tasks;
  const due = dueStart[task] as number;
  const isLate = state.shiftOf[task] !== NONE && due !== NEVER && (state.start[task] as number) > due;
  if (!isLate) return null;
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
