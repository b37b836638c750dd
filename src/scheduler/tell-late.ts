import type { ClientSession } from 'mongodb';
import { DISPATCH, type LateJob } from '../core/bulletin.ts';
import { bulletinMessage } from '../core/outbox-message.ts';
import type { Assignment, WorkOrder } from '../core/resources.ts';
import { inTransaction } from './in-transaction.ts';
import type { TellStores } from './tell-crews.ts';

/** A planning is over long before; should its process die in it, dispatch hears after so long of what it has done. */
const PLANNING_MS = 30_000;

/**
 * Notes, inside the transaction that makes it so, that a job ends after its deadline as planned. Dispatch gets one message
 * for all of a planning, when `sendLate` says that it is over.
 */
export async function tellLate(
  stores: TellStores,
  batch: string,
  job: LateJob,
  now: Date,
  session: ClientSession,
): Promise<void> {
  const _id = bulletinOf(batch);
  const count = await stores.bulletins.addLate({ _id, at: now }, job, session);
  const message = bulletinMessage(_id, DISPATCH, count);
  await stores.outbox.request([message], new Date(now.getTime() + PLANNING_MS), session);
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

/** The order as a late job, where this assignment ends after its deadline; null where it does not. */
export function findLateness(
  { _id: orderId, title = orderId, dueAt }: Pick<WorkOrder, '_id' | 'title' | 'dueAt'>,
  { crewName, end }: Assignment,
  fix: string | null = null,
): LateJob | null {
  if (dueAt === null || end <= dueAt) return null;
  return { orderId, title, crewName, end, dueAt, fix };
}

function bulletinOf(batch: string): string {
  return `${batch}:late`;
}
