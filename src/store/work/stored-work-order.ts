import { reasonWithoutFix, type UnplacedReason } from '../../core/work/unplaced-reason.ts';
import type { WorkOrder } from '../../core/work/work-order.ts';

/** A work order as it lies in the database, perhaps since an older version put it there. */
export type StoredWorkOrder = Omit<WorkOrder, 'unplaced'> & {
  unplaced?: UnplacedReason | null;
  /** Older versions kept a sentence, which told both what was in the way and what would help. */
  unplacedReason?: string | null;
  unplacedKind?: string | null;
};

/** The work order as this version knows it. */
export function readWorkOrder(stored: StoredWorkOrder): WorkOrder {
  const { unplacedReason, unplacedKind, unplaced, ...order } = stored;
  return { ...order, unplaced: unplaced ?? readOldReason(unplacedReason, unplacedKind) };
}

function readOldReason(
  reason: string | null | undefined,
  kind: string | null | undefined,
): UnplacedReason | null {
  if (!reason) return null;
  return { ...reasonWithoutFix(reason), ...(kind && { kind }) };
}
