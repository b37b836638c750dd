import { AppError } from '../errors.ts';
import { OBSTACLES, type PlanFix, type UnplacedCause, type UnplacedExplanation } from './explanation.ts';
import { findFixes } from './find-fixes.ts';
import { type Judgement, judgeShifts } from './obstacles.ts';
import type { PlanState } from './plan-state.ts';
import { NONE } from './problem-index.ts';

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

/** A crew-day that could take the task after all counts as `cost`: the plan does without it all the same. */
function countCauses(judgements: readonly Judgement[]): UnplacedCause[] {
  const causes: UnplacedCause[] = [];
  for (const { obstacle, skill, material } of judgements) {
    const known = causes.find(
      (one) => one.obstacle === (obstacle ?? 'cost') && one.skill === skill && one.material === material,
    );
    if (known) known.crewDays += 1;
    else causes.push({ obstacle: obstacle ?? 'cost', skill, material, crewDays: 1 });
  }
  return causes.sort(
    (a, b) => b.crewDays - a.crewDays || OBSTACLES.indexOf(a.obstacle) - OBSTACLES.indexOf(b.obstacle),
  );
}
