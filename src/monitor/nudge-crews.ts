import type { ClientSession, MongoClient } from 'mongodb';
import type { Agency } from '../core/agency/agency.ts';
import { remindOf } from '../core/events/field-warnings.ts';
import type { ApplyInTransaction } from '../core/run/apply-event.ts';
import { after, MINUTE_MS } from '../core/values/duration.ts';
import { decideNudge, listSent } from '../core/work/nudge.ts';
import type { Nudge, WorkOrder } from '../core/work/work-order.ts';
import { saveWithRun } from '../scheduler/save-with-run.ts';
import type { WorkOrderStore } from '../store/work/work-orders.ts';

export interface NudgeDeps {
  client: MongoClient;
  agency: Pick<Agency, 'reminders'>;
  workOrders: Pick<WorkOrderStore, 'listStartingBefore' | 'save'>;
  applyInTransaction: ApplyInTransaction<ClientSession>;
}

/**
 * Reminds crews of announced jobs that nobody has accepted or started, and tells dispatch in the end. The mark on the
 * order and the fact in its run are one fenced transaction: a click at the same moment wins or is seen, each reminder
 * goes out once whoever sweeps, and one that a dead process owed is found by the next sweep. Returns what was sent.
 */
export async function nudgeCrews(deps: NudgeDeps, now: Date): Promise<{ orderId: string; nudge: Nudge }[]> {
  const { reminders } = deps.agency;
  const near = after(now, reminders.acceptMinutes * MINUTE_MS);
  const sent: { orderId: string; nudge: Nudge }[] = [];
  for (const order of await deps.workOrders.listStartingBefore(near)) {
    const nudge = decideNudge(order, reminders, now);
    if (nudge && (await send(deps, order, nudge))) sent.push({ orderId: order._id, nudge });
  }
  return sent;
}

/** False when somebody moved the order meanwhile, or its run has ended. */
async function send(deps: NudgeDeps, order: WorkOrder, nudge: Nudge): Promise<boolean> {
  const { assignment } = order;
  if (!assignment) return false;
  const { start } = assignment;
  const marked = { ...order, nudges: { start, sent: [...listSent(order, start), nudge] } };
  return saveWithRun(deps, marked, remindOf(nudge, order, assignment));
}
