import type { ClientSession } from 'mongodb';
import type { Interval } from '../../core/agency/crew-calendar.ts';
import type { DisruptionBulletin } from '../../core/work/bulletin.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';
import { inTransaction } from '../../store/mongo/in-transaction.ts';
import { listDisruptionMessages, type TellStores } from './tell-crews.ts';

/** An absence or a closure as it was entered, with whom and what it concerns. */
export type Disruption = Interval &
  Pick<DisruptionBulletin, '_id' | 'kind' | 'name' | 'reason' | 'by' | 'at'> & {
    /** The crew that is absent; none for a closure. */
    crewId: string | null;
    /** Announced work that was planned for then. */
    orders: readonly WorkOrder[];
  };

/** Tells dispatch and the crews concerned who entered what, inside the transaction that stores it. Safe to repeat. */
export async function tellDisruption(
  stores: TellStores,
  { orders, crewId, ...disruption }: Disruption,
  now: Date,
  session: ClientSession,
): Promise<void> {
  const jobs = orders.flatMap(({ _id: orderId, title, assignment }) =>
    assignment ? { orderId, title, crewId: assignment.crewId, start: assignment.start } : [],
  );
  const crewIds = [...new Set([...(crewId === null ? [] : [crewId]), ...jobs.map((job) => job.crewId)])];
  const bulletin = { ...disruption, crewIds, jobs, plannedAt: null, takenBackBy: null };
  await stores.bulletins.insert(bulletin, session);
  await stores.outbox.request(listDisruptionMessages(bulletin, now), now, session);
}

/**
 * Has the messages about an absence or a closure say that it was taken back, inside the transaction that does it; after
 * the next planning dispatch's says what came of that, also for the jobs that had no crew by then, what had moved before, and
 * what goes on.
 */
export async function tellTakenBack(
  stores: TellStores,
  id: string,
  by: { actor: string } & Required<Pick<DisruptionBulletin, 'waitingIds' | 'movedJobs' | 'standing'>>,
  now: Date,
  session: ClientSession,
): Promise<void> {
  const bulletin = await stores.bulletins.markTakenBack(id, { ...by, at: now }, session);
  if (bulletin) await stores.outbox.requestNewer(listDisruptionMessages(bulletin, now), now, session);
}

/** After a planning that knew of all that was entered by then: the messages say what became of the jobs. */
export async function tellPlanned(
  deps: { client: Parameters<typeof inTransaction>[0]; stores: TellStores },
  enteredBy: Date,
  now: Date,
): Promise<void> {
  const { bulletins, outbox } = deps.stores;
  await inTransaction(deps.client, async (session) => {
    const planned = await bulletins.markPlanned(enteredBy, now, session);
    const messages = planned.flatMap((bulletin) => listDisruptionMessages(bulletin, now));
    await outbox.requestNewer(messages, now, session);
    return { value: null, afterCommit: [] };
  });
}
