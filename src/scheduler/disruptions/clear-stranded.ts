import { AppError } from '../../base/errors.ts';
import { clearStranded } from '../../core/events/field-warnings.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { retellDisruptions } from '../news/tell-crews.ts';
import { type AllClear, describeAllClear } from './describe-all-clear.ts';
import { listObstructions } from './obstruction.ts';
import { isAbsenceKey } from './obstruction-key.ts';
import type { StrandedDeps } from './warn-stranded.ts';

/**
 * Settles the warnings of stranded work whose cause was taken back: dispatch's card needs no answer any more, and the
 * requester reads that the crew comes. Work that an open question would move is left for the planning after the answer.
 * Each cause is settled once: the mark on the order and the fact in the run are one transaction. Returns the jobs.
 */
export async function clearStrandedWork(deps: StrandedDeps, now: Date): Promise<string[]> {
  const { agency, stores } = deps;
  const orders = await stores.workOrders.listWarned();
  if (orders.length === 0) return [];
  // Read after the orders: what was entered since a warning was written is known here.
  const [{ absences, closures }, open] = await Promise.all([
    stores.disruptions.listFrom(now),
    stores.planProposals.listOpen(),
  ]);
  const asked = new Set(open.flatMap(({ moves }) => moves.map(({ orderId }) => orderId)));
  const sources = { now, agency, orders, absences, closures, stock: [] };
  const cleared: string[] = [];
  for (const order of orders) {
    if (asked.has(order._id)) continue;
    const standing = listObstructions(sources, order).filter(({ end }) => end > now);
    const isStanding = new Set(standing.map(({ key }) => key));
    const isAway = standing.some(({ key }) => isAbsenceKey(key));
    // A crew that is still away by another word is not back.
    const rest = (order.warnedOf ?? []).filter(
      (key) => !isStanding.has(key) && !(isAway && isAbsenceKey(key)),
    );
    const gone = await describeAllClear(sources, stores.disruptions, order, rest);
    if (gone.length > 0 && (await clear(deps, order, gone, standing.length === 0, now)))
      cleared.push(order._id);
  }
  return cleared;
}

/** False when somebody moved the order meanwhile, or its run has ended: the next planning looks again. */
async function clear(
  deps: StrandedDeps,
  order: WorkOrder,
  gone: readonly AllClear[],
  isAllClear: boolean,
  now: Date,
): Promise<boolean> {
  const { assignment, warnedOf = [] } = order;
  if (!assignment) return false;
  const isGone = new Set(gone.map(({ key }) => key));
  try {
    const done = await inTransaction(deps.client, async (session) => {
      const settled = { ...order, warnedOf: warnedOf.filter((key) => !isGone.has(key)) };
      if (!(await deps.stores.workOrders.save(settled, session))) throw new Abort('somebody else moved it');
      await retellDisruptions(deps.stores, [order._id], now, session);
      const event = clearStranded(order, assignment, gone, isAllClear);
      const { afterCommit } = await deps.applyInTransaction(order._id, event, session);
      return { value: { isDone: true }, afterCommit: [afterCommit] };
    });
    return !('refused' in done);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
