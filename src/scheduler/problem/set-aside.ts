import type { WorkOrder } from '../../core/work/work-order.ts';
import type { PlanSources } from './plan-sources.ts';

/** The sources without these orders; the time they hold of their crews stays theirs. */
export function setAside<Sources extends PlanSources>(
  sources: Sources,
  orders: readonly WorkOrder[],
): Sources {
  if (orders.length === 0) return sources;
  const held = orders.flatMap(({ _id, state, assignment }) => {
    if (!assignment || state === 'waiting' || state === 'done' || state === 'cancelled') return [];
    const { crewId, start, end } = assignment;
    return [{ _id, crewId, start, end, reason: 'promised', by: 'system', at: sources.now }];
  });
  return {
    ...sources,
    orders: sources.orders.filter((order) => !orders.includes(order)),
    absences: [...sources.absences, ...held],
    ends: new Map([...(sources.ends ?? []), ...held.map(({ _id, end }) => [_id, end] as const)]),
  };
}
