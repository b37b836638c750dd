import type { Interval } from '../../core/agency/crew-calendar.ts';
import { after, MINUTE_MS } from '../../core/values/duration.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { GRACE_MS } from './assume-end.ts';
import type { PlanSources } from './plan-sources.ts';

/**
 * Whether the job before this one lets it begin at its start: not while that one has no crew, cannot stay where it stands
 * itself (`kept` tells what can), or ends too late. One that was called off, or that nobody knows, holds up nothing.
 */
export function isReady(
  { orders, ends }: Pick<PlanSources, 'orders' | 'ends'>,
  { after: wait }: WorkOrder,
  { start }: Interval,
  kept: ReadonlyMap<string, Interval>,
): boolean {
  if (!wait) return true;
  const before = orders.find(({ _id }) => _id === wait.orderId);
  const allows = (end: Date | null | undefined, grace = 0) =>
    end instanceof Date && after(end, wait.minutes * MINUTE_MS - grace) <= start;
  switch (before?.state) {
    case undefined:
      return !ends?.has(wait.orderId) || allows(ends.get(wait.orderId));
    case 'cancelled':
      return true;
    case 'done':
      // A few minutes more are not worth another plan.
      return !before.endedAt || allows(before.endedAt, GRACE_MS);
    default:
      return allows(kept.get(wait.orderId)?.end);
  }
}
