import { max } from 'date-fns';
import { earliest } from '../../core/values/duration.ts';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import { setOutFor, type WorkOrder } from '../../core/work/work-order.ts';
import type { PlanSources } from './plan-sources.ts';

/** When a crew has to set out for the first of the moves; null when none leads anywhere. */
export function findFirstDeparture(moves: readonly PlannedMove[]): Date | null {
  return earliest(moves.map(({ to }) => to && setOutFor(to)));
}

/**
 * The same sources, in which announced work goes to no start before `from` that it does not have already: so that whoever is
 * asked has until then to answer. What cannot be done as announced is `displaced`.
 */
export function delayMoves(sources: PlanSources, displaced: readonly WorkOrder[], from: Date): PlanSources {
  const lost = new Set(displaced.map(({ _id }) => _id));
  const orders = sources.orders.map((order) => {
    const { assignment, earliestAt, state, _id } = order;
    if (state !== 'announced' || !assignment || (assignment.start < from && !lost.has(_id))) return order;
    return { ...order, earliestAt: max([from, ...(earliestAt ? [earliestAt] : [])]) };
  });
  return { ...sources, orders };
}
