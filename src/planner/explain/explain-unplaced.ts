import { AppError } from '../../base/errors.ts';
import { NONE } from '../problem/problem-index.ts';
import type { PlanState } from '../tours/plan-state.ts';
import { countCauses } from './count-causes.ts';
import type { PlanFix, UnplacedExplanation } from './explanation.ts';
import { findFixes } from './find-fixes.ts';
import { judgeShifts } from './obstacles.ts';

/** See `Explainer`; the state is left as it was. */
export function explainUnplaced(state: PlanState, task: number, mostFixes: number): UnplacedExplanation {
  if (state.shiftOf[task] !== NONE) {
    throw new AppError(`Task ${task} is placed in the plan.`, { code: 'planner.placed' });
  }
  const judgements = judgeShifts(state, task);
  const fixes: PlanFix[] = [];
  if (mostFixes > 0) {
    for (const fix of findFixes(state, task, judgements)) if (fixes.push(fix) >= mostFixes) break;
  }
  return { task, crewDays: state.index.shiftCount, causes: countCauses(judgements), fixes };
}
