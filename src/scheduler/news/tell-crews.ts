import type { ClientSession } from 'mongodb';
import { bulletinMessage } from '../../core/outbox/outbox-message.ts';
import { DISPATCH, type DisruptionBulletin, isClosed, type JobChange } from '../../core/work/bulletin.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import type { OutboxStore } from '../../store/outbox/outbox.ts';
import type { BulletinStore } from '../../store/work/bulletins.ts';

/** Where news are written, inside the transaction that makes them true. */
export interface TellStores {
  bulletins: BulletinStore;
  outbox: Pick<OutboxStore, 'request' | 'requestLater' | 'requestNewer'>;
}

/**
 * Tells crews what changed for them, inside the caller's transaction: one message per crew for all that has the same
 * `batch`, such as one planning, also when it is committed in several transactions.
 */
export async function tellCrews(
  stores: TellStores,
  batch: string,
  news: readonly { crewId: string; change: JobChange }[],
  now: Date,
  session: ClientSession,
): Promise<void> {
  for (const crewId of new Set(news.map((one) => one.crewId))) {
    const bulletin = { _id: `${batch}:${crewId}`, crewId, at: now };
    const changes = news.flatMap((one) => (one.crewId === crewId ? one.change : []));
    const { _id, changes: all } = await stores.bulletins.addChanges(bulletin, changes, session);
    await stores.outbox.request([bulletinMessage(_id, crewId, all.length)], now, session);
  }
}

/**
 * A job that had a crew before has one again, inside the caller's transaction: a crew that gets it back has its card
 * already, which would only be edited. One that never had it sees nothing of this.
 */
export async function tellOfReturn(
  stores: TellStores,
  batch: string,
  { _id: orderId, title, assignedAt }: WorkOrder,
  { crewId, crewName, start, end }: Assignment,
  now: Date,
  session: ClientSession,
): Promise<void> {
  if (!assignedAt) return;
  const from = { start, end };
  const change: JobChange = { orderId, title, kind: 'gained', from, to: { ...from, crewName }, cause: '' };
  await tellCrews(stores, batch, [{ crewId, change }], now, session);
  await retellDisruptions(stores, [orderId], now, session);
}

/**
 * Has the messages about absences and closures say again what became of these jobs, inside the caller's transaction. What
 * was taken back, or has passed, is left as it is.
 */
export async function retellDisruptions(
  stores: TellStores,
  orderIds: readonly string[],
  now: Date,
  session: ClientSession,
): Promise<void> {
  const about = (await stores.bulletins.listAbout(orderIds, session)).filter((one) => !isClosed(one, now));
  // Whoever tells last may have begun first: by its clock alone its news would look old, and stay unsaid.
  await stores.outbox.requestNewer(
    about.flatMap((bulletin) => listDisruptionMessages(bulletin, now)),
    now,
    session,
  );
}

/** The messages of an absence or a closure: to dispatch, and to each crew concerned. The newest `now` is the newest form. */
export function listDisruptionMessages({ _id, crewIds }: DisruptionBulletin, now: Date) {
  return [DISPATCH, ...crewIds].map((audience) => bulletinMessage(_id, audience, now.getTime()));
}
