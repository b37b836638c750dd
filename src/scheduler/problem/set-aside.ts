import type { WorkOrder } from '../../core/work/work-order.ts';
import { buildPlanProblem } from './build-plan-problem.ts';
import type { PlanSources } from './plan-sources.ts';

/** The sources without these orders; the time they hold of their crews stays theirs. */
export function setAside<Sources extends PlanSources>(
  sources: Sources,
  orders: readonly WorkOrder[],
): Sources {
  if (orders.length === 0) return sources;
  const held = orders.flatMap(({ _id: orderId, state, assignment }) => {
    if (!assignment || state === 'waiting' || state === 'done' || state === 'cancelled') return [];
    const { crewId, start, end } = assignment;
    return [{ orderId, crewId, start, end }];
  });
  return {
    ...sources,
    orders: sources.orders.filter((order) => !orders.includes(order)),
    promised: [...sources.promised, ...held],
    ends: new Map([...(sources.ends ?? []), ...held.map(({ orderId, end }) => [orderId, end] as const)]),
  };
}

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
