import type { ClientSession, MongoClient } from 'mongodb';
import { AppError } from '../base/errors.ts';
import type { ApplyInTransaction } from '../core/run/apply-event.ts';
import type { RunEvent } from '../core/run/transition.ts';
import type { WorkOrder } from '../core/work/work-order.ts';
import { Abort, inTransaction } from '../store/mongo/in-transaction.ts';
import type { WorkOrderStore } from '../store/work/work-orders.ts';

export interface SaveWithRunDeps {
  client: MongoClient;
  workOrders: Pick<WorkOrderStore, 'save'>;
  applyInTransaction: ApplyInTransaction<ClientSession>;
}

/**
 * Saves a changed order together with what its run is told of it, and `also` with both. False, and nothing of it, when
 * somebody else moved the order meanwhile or its run has ended.
 */
export async function saveWithRun(
  { client, workOrders, applyInTransaction }: SaveWithRunDeps,
  changed: WorkOrder,
  event: RunEvent,
  also: (session: ClientSession) => Promise<void> = async () => {},
): Promise<boolean> {
  try {
    const done = await inTransaction(client, async (session) => {
      if (!(await workOrders.save(changed, session))) throw new Abort('somebody else moved it');
      await also(session);
      const { afterCommit } = await applyInTransaction(changed._id, event, session);
      return { value: { isDone: true }, afterCommit: [afterCommit] };
    });
    return !('refused' in done);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
