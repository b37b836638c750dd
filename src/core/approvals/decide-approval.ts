import { changeStep, note, type Refusal, type Transition } from '../run/transition.ts';
import { closeRun } from '../steps/end-run.ts';
import { succeedStep } from '../steps/step-attempt.ts';

export interface ApprovalDecision {
  task: string;
  verdict: 'approved' | 'rejected';
  actor: string;
  /** Required in words for a rejection; optional for an approval. */
  reason: string | null;
}

/**
 * Applies a decision: the first one counts, a later one is refused with who was first; nobody decides on their own
 * request. That the actor holds the role is the caller's to check, at the moment of the click.
 */
export function decideApproval(
  transition: Transition,
  decision: ApprovalDecision,
  now: Date,
): Transition | Refusal {
  const { run } = transition;
  const request = run.steps[decision.task]?.approval;
  if (!request) return { refused: 'This request does not exist any more.' };
  if (request.state === 'expired') {
    return {
      refused: run.endedAt
        ? `Too late: this run has ended (${run.status}).`
        : 'Too late: this request has expired.',
    };
  }
  if (request.state !== 'pending') {
    const first = request.decidedBy ?? 'somebody';
    return { refused: `Already ${request.state} by ${first}.`, actor: first };
  }
  if (run.requester.userId === decision.actor) {
    return { refused: 'You asked for this yourself, so somebody else has to decide.' };
  }
  const { task, verdict, actor, reason } = decision;
  const decided = changeStep(transition, task, {
    approval: { ...request, state: verdict, decidedAt: now, decidedBy: actor, reason },
  });
  const noted = note(decided, now, {
    type: verdict === 'approved' ? 'approval.approved' : 'approval.rejected',
    task,
    actor,
    data: { reason },
  });
  const output = {
    decision: verdict,
    decidedBy: actor,
    decidedAt: now.toISOString(),
    ...(reason ? { reason } : {}),
  };
  if (verdict === 'approved') return succeedStep(noted, task, output, now);
  const rejected = changeStep(noted, task, { status: 'rejected', endedAt: now, output });
  return closeRun(rejected, { status: 'rejected', reason: reason ?? 'Rejected' }, now);
}
