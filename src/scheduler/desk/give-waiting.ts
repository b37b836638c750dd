import { AppError } from '../../base/errors.ts';
import { announceWork } from '../../core/events/work-events.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import { transitionWorkOrder } from '../../core/work/work-order-transition.ts';
import { Abort, inTransaction } from '../../store/mongo/in-transaction.ts';
import { CHANGED } from '../desk-deps.ts';
import { tellOfReturn } from '../news/tell-crews.ts';
import type { SeenCrewDays } from '../problem/load-plan-sources.ts';
import { createCrewDayFence } from '../reserving/crew-day-fence.ts';
import { reserveAssignment } from '../reserving/reserve-assignment.ts';
import type { CrewDeskDeps } from './crew-desk-deps.ts';
import { describeRefusal } from './try-moves.ts';

/**
 * Announces an order that waits to the crew that dispatch chose for it, one that declined it included, or changes
 * nothing. Refused in words when the order, the crew's day or the stock is not as it was `seen` any more.
 */
export async function giveWaiting(
  deps: CrewDeskDeps,
  order: WorkOrder,
  assignment: Assignment,
  actor: string,
  seen: SeenCrewDays,
): Promise<{ isDone: true } | { refused: string }> {
  const { stores, agency } = deps;
  const days = createCrewDayFence({ crewDays: stores.crewDays, agency }, seen).see([assignment]) ?? [];
  const action = { kind: 'announce' as const, assignment, byHand: assignment.crewId };
  const decided = transitionWorkOrder(order, action, deps.now());
  if (!decided.ok) return { refused: decided.userMessage };
  try {
    return await inTransaction<{ isDone: true }>(deps.client, async (session) => {
      const saved = await stores.workOrders.save(decided.order, session);
      if (!saved) throw new Abort(CHANGED);
      const reservation = { ...stores, timeZone: agency.timeZone };
      await reserveAssignment(reservation, session, saved, assignment, deps.now(), days);
      await tellOfReturn(stores, `${order._id}@${saved.version}`, order, assignment, deps.now(), session);
      const event = announceWork(order.task, assignment, actor);
      const { afterCommit } = await deps.applyInTransaction(order._id, event, session);
      return { value: { isDone: true }, afterCommit: [afterCommit] };
    });
  } catch (error) {
    const refused = error instanceof AppError ? describeRefusal(deps, error) : null;
    if (refused === null) throw error;
    return { refused };
  }
}
