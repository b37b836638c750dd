/** pending -> approved | rejected (the first valid decision) | expired (timed out, or its run ended). */
export interface ApprovalRequest {
  state: 'pending' | 'approved' | 'rejected' | 'expired';
  role: string;
  openedAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
  reason: string | null;
}

/** A request that waits for the first decision of a member of `role`. */
export function openRequest(role: string, now: Date): ApprovalRequest {
  return { state: 'pending', role, openedAt: now, decidedAt: null, decidedBy: null, reason: null };
}
