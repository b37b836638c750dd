import type { ClientSession } from 'mongodb';
import type { PlannedMove } from '../../core/work/plan-proposal.ts';
import type { Assignment, WorkOrder } from '../../core/work/work-order.ts';
import type { WorkOrderStore } from '../../store/work/work-orders.ts';

/** The job before one that is to be announced, where a plan has it. */
export interface SeenPredecessor {
  orderId: string;
  assignment: Assignment;
}

/**
 * Where a plan that announces and moves these jobs has the one before `order`; null when there is none that has not ended.
 */
export function locatePredecessor(
  orders: readonly WorkOrder[],
  placements: readonly { order: WorkOrder; assignment: Assignment }[],
  moves: readonly PlannedMove[],
  { after }: WorkOrder,
): SeenPredecessor | null {
  const before = after && orders.find(({ _id }) => _id === after.orderId);
  if (!before || before.state === 'done' || before.state === 'cancelled') return null;
  const orderId = before._id;
  const placed = placements.find(({ order: { _id } }) => _id === orderId)?.assignment;
  const assignment = placed ?? moves.find((move) => move.orderId === orderId)?.to ?? before.assignment;
  return assignment && { orderId, assignment };
}

/** Whether that job still is where the plan saw it, read in the transaction that relies on it. */
export async function isWhereSeen(
  workOrders: Pick<WorkOrderStore, 'find'>,
  { orderId, assignment: seen }: SeenPredecessor,
  session: ClientSession,
): Promise<boolean> {
  const order = await workOrders.find(orderId, session);
  const isPlaced = order?.state === 'announced' || order?.state === 'started' || order?.state === 'blocked';
  if (!isPlaced || !order.assignment) return false;
  const { crewId, start, end } = order.assignment;
  return (
    crewId === seen.crewId && start.getTime() === seen.start.getTime() && end.getTime() === seen.end.getTime()
  );
}
