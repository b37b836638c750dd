import { reasonWithoutFix, type UnplacedReason } from '../../core/work/unplaced-reason.ts';
import { UNTOUCHED, type WorkOrder } from '../../core/work/work-order.ts';

/** What older versions stored only once there was something to say. */
type LaterField = keyof typeof UNTOUCHED | 'title';

/** A work order as it lies in the database, perhaps since an older version put it there. */
export type StoredWorkOrder = Omit<WorkOrder, LaterField> &
  Partial<Pick<WorkOrder, LaterField>> & {
    /** Older versions kept a sentence, which told both what was in the way and what would help. */
    unplacedReason?: string | null;
    unplacedKind?: string | null;
  };

/** The work order as this version knows it. */
export function readWorkOrder(stored: StoredWorkOrder): WorkOrder {
  const { unplacedReason, unplacedKind, ...order } = stored;
  const unplaced = order.unplaced ?? readOldReason(unplacedReason, unplacedKind);
  return { ...UNTOUCHED, title: order._id, ...order, unplaced };
}

function readOldReason(
  reason: string | null | undefined,
  kind: string | null | undefined,
): UnplacedReason | null {
  if (!reason) return null;
  return { ...reasonWithoutFix(reason), ...(kind && { kind }) };
}
