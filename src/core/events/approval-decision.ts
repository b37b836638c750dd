import { type ApprovalDecision, recordDecision, refuseDecision } from '../approvals/approval.ts';
import type { Refusal } from '../run/transition.ts';
import { changeStep, type Transition } from '../run/transition.ts';
import { closeRun } from '../steps/end-run.ts';
import { succeedStep } from '../steps/step-attempt.ts';

/**
 * Applies a decision: the step goes on, or a rejection ends the run. Refused to whoever may not decide, or no more. That
 * the actor holds the role is the caller's to check, at the moment of the click.
 */
export function decideApproval(
  transition: Transition,
  decision: ApprovalDecision,
  now: Date,
): Transition | Refusal {
  const refusal = refuseDecision(transition.run, decision);
  if (refusal) return refusal;
  const { task, verdict, actor, reason } = decision;
  const decided = recordDecision(transition, decision, now);
  const output = {
    decision: verdict,
    decidedBy: actor,
    decidedAt: now.toISOString(),
    ...(reason ? { reason } : {}),
  };
  if (verdict === 'approved') return succeedStep(decided, task, output, now);
  const rejected = changeStep(decided, task, { status: 'rejected', endedAt: now, output });
  return closeRun(rejected, { status: 'rejected', reason: reason ?? 'Rejected' }, now);
}
