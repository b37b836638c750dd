import { after, earliest } from '../core/duration.ts';
import { announce } from '../core/outbox-message.ts';
import { type Settled, settle } from '../core/settle.ts';
import { begin, isRefusal, type Refusal, type RunEvent } from '../core/transition.ts';
import type { WorkflowRun } from '../core/workflow-run.ts';
import type { RunCommit } from '../store/run-update.ts';

/** Everything one commit carries, and what the outside has to do once it is through. */
export interface PreparedCommit extends RunCommit {
  next: Settled['next'];
}

/** Applies an event to a run, settles it, takes the lease if an effect is next, and derives what Slack has to show. */
export function prepareCommit(
  before: WorkflowRun,
  event: RunEvent,
  now: Date,
  deps: { owner: string; leaseMs: number; announces: boolean },
): PreparedCommit | Refusal {
  const outcome = event(begin(before), now);
  if (isRefusal(outcome)) return outcome;
  const { transition, next } = settle(outcome, now);
  const settled = takeLease(transition.run, next, now, deps);
  const isNew = before.version === 0;
  const messages = deps.announces ? announce(isNew ? null : before, settled, transition.audit) : [];
  const committed = { ...settled, version: before.version + 1 };
  return { before, after: committed, audit: transition.audit, messages, next };
}

/** Whether a prepared commit changes anything but the time it was looked at. */
export function isWorthCommitting(commit: PreparedCommit): boolean {
  const { before, after: next } = commit;
  if (commit.audit.length > 0 || before.steps !== next.steps || before.lease !== next.lease) return true;
  return before.wakeAt?.getTime() !== next.wakeAt?.getTime();
}

/**
 * An effect belongs to whoever commits the decision to have it, unless somebody else is at it: then it stays theirs
 * until their lease ends. A run at rest belongs to nobody.
 */
function takeLease(
  run: WorkflowRun,
  next: Settled['next'],
  now: Date,
  { owner, leaseMs }: { owner: string; leaseMs: number },
): WorkflowRun {
  if (next.kind === 'rest') return run.lease === null ? run : { ...run, lease: null };
  const isFree = !run.lease || run.lease.until <= now || run.lease.owner === owner;
  const lease = isFree || !run.lease ? { owner, until: after(now, leaseMs) } : run.lease;
  return { ...run, lease, wakeAt: earliest([run.wakeAt, lease.until]) };
}
