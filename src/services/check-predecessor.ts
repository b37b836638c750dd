import { AppError } from '../base/errors.ts';
import type { WorkOrder } from '../core/work/work-order.ts';
import type { RunStore } from '../store/runs/runs.ts';
import type { WorkOrderStore } from '../store/work/work-orders.ts';

/** A chain of jobs that wait for one another may be so long. */
const LONGEST_CHAIN = 100;

/**
 * Refuses, for good and with the remedy, a job that is to start after one that will never be: no run has that id, or the
 * jobs would wait for each other in a circle. A run that has not asked for a crew yet may still do so.
 */
export async function checkPredecessor(
  { runs, workOrders }: { runs: Pick<RunStore, 'find'>; workOrders: Pick<WorkOrderStore, 'find'> },
  runId: string,
  predecessorId: string,
): Promise<void> {
  const order = await workOrders.find(predecessorId);
  if (!order && !(await runs.find(predecessorId))) {
    throw refuse(
      'schedule.unknownPredecessor',
      `This job is to start after ${predecessorId}, and there is no such run: look its id up with "/crewline list all", or leave "after" out`,
    );
  }
  const chain = [runId, predecessorId];
  let next: WorkOrder | null = order;
  while (chain.lastIndexOf(runId) === 0 && next?.after && chain.length < LONGEST_CHAIN) {
    chain.push(next.after.orderId);
    next = await workOrders.find(next.after.orderId);
  }
  if (chain.lastIndexOf(runId) > 0) {
    throw refuse(
      'schedule.circularPredecessor',
      `These jobs would wait for each other for ever, ${chain.join(' after ')}: leave "after" out of one of them`,
    );
  }
}

function refuse(code: string, message: string): AppError {
  return new AppError(message, { code, retryable: false });
}
