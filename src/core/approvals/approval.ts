import type { ApprovalEnd } from '../audit/audit-data.ts';
import type { Refusal } from '../run/transition.ts';
import { changeStep, note, type Transition } from '../run/transition.ts';
import type { WorkflowRun } from '../run/workflow-run.ts';

/*
 *   pending --(the first valid decision)--> approved | rejected
 *      '-----(nobody has to decide any more)--> expired
 *
 * What follows from a decision for the step and the run is decided in `events/approval-decision.ts`.
 */

export interface ApprovalDecision {
  task: string;
  verdict: 'approved' | 'rejected';
  actor: string;
  /** Required in words for a rejection; optional for an approval. */
  reason: string | null;
}

/** Asks the members of `role` for a decision: the request waits for the first one. */
export function openApproval(transition: Transition, task: string, role: string, now: Date): Transition {
  const opened = changeStep(transition, task, {
    approval: { state: 'pending', role, openedAt: now, decidedAt: null, decidedBy: null, reason: null },
  });
  return note(opened, now, { type: 'approval.opened', task, data: { role } });
}

/** Nobody needs to decide any more, and why; a step that waits for no decision stays as it is. */
export function expireApproval(
  transition: Transition,
  task: string,
  why: ApprovalEnd,
  now: Date,
): Transition {
  const approval = transition.run.steps[task]?.approval;
  if (approval?.state !== 'pending') return transition;
  const expired = changeStep(transition, task, { approval: { ...approval, state: 'expired', endedBy: why } });
  return note(expired, now, { type: 'approval.expired', task, data: { why } });
}

/** Decides that those who are asked are reminded, because `clock` is near its end; nothing when nobody is asked. */
export function remindOfApproval(
  transition: Transition,
  task: string,
  { clock, dueAt }: { clock: string; dueAt: Date },
  now: Date,
): Transition {
  if (transition.run.steps[task]?.approval?.state !== 'pending') return transition;
  return note(transition, now, { type: 'approval.reminded', task, data: { clock, dueAt } });
}

const TOO_LATE: Readonly<Record<ApprovalEnd, string>> = {
  timedOut: 'Too late: nobody decided in time.',
  takenOver: 'Too late: nobody decided in time, and something else is done instead.',
  failed: 'Too late: this step has failed.',
  notNeeded: 'Nobody has to decide this any more.',
  runEnded: 'Nobody has to decide this any more.',
};

/**
 * Null when `actor` may decide, as far as the run tells; otherwise why not. The first decision counts, a later one is
 * refused with who was first; nobody decides on their own request. That the actor holds the role is the caller's to
 * check, at the moment of the click.
 */
export function refuseDecision(
  run: WorkflowRun,
  { task, actor }: Pick<ApprovalDecision, 'task' | 'actor'>,
): Refusal | null {
  const request = run.steps[task]?.approval;
  if (!request) return { refused: 'This request does not exist any more.' };
  if (request.state === 'expired') {
    const { status } = run.closing ?? run;
    const isOver = run.endedAt || run.closing;
    return {
      refused: isOver
        ? `Too late: ${run._id} has ended (${status}).`
        : TOO_LATE[request.endedBy ?? 'notNeeded'],
    };
  }
  if (request.state !== 'pending') {
    const first = request.decidedBy ?? 'somebody';
    return { refused: `Already ${request.state} by ${first}.`, actor: first };
  }
  if (run.requester.userId === actor) {
    return { refused: 'You asked for this yourself, so somebody else has to decide.' };
  }
  return null;
}

/** Writes down who decided what, and why. */
export function recordDecision(transition: Transition, decision: ApprovalDecision, now: Date): Transition {
  const { task, verdict, actor, reason } = decision;
  const request = transition.run.steps[task]?.approval;
  if (!request) return transition;
  const decided = changeStep(transition, task, {
    approval: { ...request, state: verdict, decidedAt: now, decidedBy: actor, reason },
  });
  return note(decided, now, {
    type: verdict === 'approved' ? 'approval.approved' : 'approval.rejected',
    task,
    actor,
    data: { reason },
  });
}
