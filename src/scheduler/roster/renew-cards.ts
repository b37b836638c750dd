import type { ClientSession } from 'mongodb';
import type { Roster } from '../../core/roster/roster.ts';
import type { OutboxStore } from '../../store/outbox/outbox.ts';
import type { WorkOrderStore } from '../../store/work/work-orders.ts';

export interface RenewDeps {
  workOrders: Pick<WorkOrderStore, 'listPromisedBy'>;
  outbox: Pick<OutboxStore, 'renewAssignmentCards'>;
}

/**
 * Has the cards that wait for an answer made anew where the roster gives their crew another lead or channel: they call
 * the lead by name. Safe to repeat.
 */
export async function renewCards(
  { workOrders, outbox }: RenewDeps,
  before: Roster,
  after: Roster,
  now: Date,
  session?: ClientSession,
): Promise<void> {
  const crewIds = after.crews
    .filter(({ id, lead, channel }) => {
      const old = before.crews.find((crew) => crew.id === id);
      return old && (old.lead !== lead || old.channel !== channel);
    })
    .map(({ id }) => id);
  if (crewIds.length === 0) return;
  const promised = await workOrders.listPromisedBy(crewIds);
  const unanswered = promised.filter(({ state, acceptedAt }) => state === 'announced' && !acceptedAt);
  const orderIds = unanswered.map(({ _id }) => _id);
  if (orderIds.length > 0) await outbox.renewAssignmentCards(orderIds, crewIds, now, session);
}
