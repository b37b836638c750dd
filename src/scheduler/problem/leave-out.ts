import { buildPlanProblem } from './build-plan-problem.ts';
import type { PlanSources } from './plan-sources.ts';
import { setAside } from './set-aside.ts';

/**
 * Work that the plan cannot hold where it stands (its shift was edited, it was begun at an odd hour, its crew is gone)
 * stays there outside of the plan, and its crew's time with it. A plan that is free may move what has not begun.
 */
export function leaveOut(sources: PlanSources, isFrozen: boolean): PlanSources {
  const { problem, orders } = buildPlanProblem(sources, isFrozen);
  const outside = orders.filter(({ state }, task) => {
    if (state === 'waiting' || (state === 'announced' && !isFrozen)) return false;
    return !problem.tasks[task]?.current?.pinned;
  });
  return setAside(sources, outside);
}
