import type { ClientSession } from 'mongodb';
import { bulletinMessage } from '../../core/outbox/outbox-message.ts';
import { DISPATCH, type LateJob } from '../../core/work/bulletin.ts';
import type { LateHelp } from '../../core/work/late-help.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import { inTransaction } from '../../store/mongo/in-transaction.ts';
import type { TellStores } from './tell-crews.ts';

/** A planning is over long before; should its process die in it, dispatch hears after so long of what it has done. */
const PLANNING_MS = 30_000;
/** What was told longer ago is a matter of other days. */
const RETOLD_MS = 48 * 60 * 60_000;

/**
 * Notes, inside the transaction that makes it so, that a job ends after its deadline as planned. Dispatch gets one message
 * for all of a planning, when `sendLate` says that it is over, or at `sendAt`.
 */
export async function tellLate(
  stores: TellStores,
  batch: string,
  job: LateJob,
  now: Date,
  session: ClientSession,
  sendAt = new Date(now.getTime() + PLANNING_MS),
): Promise<void> {
  const _id = bulletinOf(batch);
  const count = await stores.bulletins.addLate({ _id, at: now }, job, session);
  const message = bulletinMessage(_id, DISPATCH, count);
  await stores.outbox.requestLater([message], sendAt, session);
}

/** The planning is over: its late jobs, if there are any, may be told now. Safe to repeat. */
export async function sendLate(
  deps: { client: Parameters<typeof inTransaction>[0]; stores: TellStores },
  batch: string,
  now: Date,
): Promise<void> {
  const bulletin = await deps.stores.bulletins.find(bulletinOf(batch));
  if (bulletin?.kind !== 'late') return;
  const message = bulletinMessage(bulletin._id, DISPATCH, bulletin.lateJobs.length);
  await inTransaction(deps.client, async (session) => {
    await deps.stores.outbox.requestNewer([message], now, session);
    return { value: null, afterCommit: [] };
  });
}

/** Has the messages about late jobs say again which of these are late, inside the transaction that moves one. */
export async function retellLate(
  stores: TellStores,
  orderIds: readonly string[],
  now: Date,
  session: ClientSession,
): Promise<void> {
  const told = await stores.bulletins.listLate(orderIds, new Date(now.getTime() - RETOLD_MS), session);
  const messages = told.map(({ _id, lateJobs }) => bulletinMessage(_id, DISPATCH, lateJobs.length));
  await stores.outbox.requestNewer(messages, now, session);
}

/** The order as a late job, where this assignment ends after its deadline; null where it does not. */
export function findLateness(
  { _id: orderId, title, dueAt, weight }: Pick<WorkOrder, '_id' | 'title' | 'dueAt' | 'weight'>,
  { crewName, end }: Assignment,
  help: LateHelp = { fix: null },
): LateJob | null {
  if (dueAt === null || end <= dueAt) return null;
  return { orderId, title, crewName, end, dueAt, weight, ...help };
}

/** No crew's bulletin has such a name: no id begins with `@`. */
function bulletinOf(batch: string): string {
  return `${batch}:@late`;
}
