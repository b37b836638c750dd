import { foldEvents, type Verdict } from '../core/deciding/fold-events.ts';
import type { Settled } from '../core/deciding/settle.ts';
import { announce } from '../core/outbox/outbox-message.ts';
import type { Effect } from '../core/run/decision.ts';
import type { Refusal, RunEvent } from '../core/run/transition.ts';
import type { WorkflowRun } from '../core/run/workflow-run.ts';
import { after, earliest } from '../core/values/duration.ts';
import type { RunCommit } from '../store/runs/run-update.ts';

/** Everything one commit carries, and what handlers have to be called once it is through. */
export interface PreparedCommit extends RunCommit {
  effects: Effect[];
}

export interface PrepareDeps {
  /** Names this process in leases. */
  owner: string;
  leaseMs: number;
  announces: boolean;
}

/** Applies an event to a run, settles it, takes the lease if effects are next, and derives what Slack has to show. */
export function prepareCommit(
  before: WorkflowRun,
  event: RunEvent,
  now: Date,
  deps: PrepareDeps,
): PreparedCommit | Refusal {
  const { prepared, verdicts } = prepareCommits(before, [event], now, deps);
  const [verdict] = verdicts;
  if (verdict?.kind === 'broken') throw verdict.error;
  return prepared ?? (verdict?.kind === 'refused' ? verdict.refusal : { refused: 'nothing to apply' });
}

/** The same for several events, which share one commit; null when none of them applies. */
export function prepareCommits(
  before: WorkflowRun,
  events: readonly RunEvent[],
  now: Date,
  deps: PrepareDeps,
): { prepared: PreparedCommit | null; verdicts: Verdict[] } {
  const { settled, verdicts } = foldEvents(before, events, now);
  return { prepared: settled && complete(before, settled, now, deps), verdicts };
}

/** Whether a prepared commit changes anything but the time it was looked at. */
export function isWorthCommitting(commit: PreparedCommit): boolean {
  const { before, after: next } = commit;
  if (commit.audit.length > 0 || before.steps !== next.steps || before.lease !== next.lease) return true;
  const isSame = (one: Date | null, other: Date | null) => one?.getTime() === other?.getTime();
  return !isSame(before.wakeAt, next.wakeAt) || !isSame(before.nextAt, next.nextAt);
}

function complete(before: WorkflowRun, settled: Settled, now: Date, deps: PrepareDeps): PreparedCommit {
  const { transition, effects } = settled;
  const version = before.version + 1;
  const leased = takeLease(transition.run, effects.length > 0, version, now, deps);
  const messages = deps.announces
    ? announce(before.version === 0 ? null : before, leased, transition.audit)
    : [];
  return { before, after: { ...leased, version }, audit: transition.audit, messages, effects };
}

/**
 * Effects belong to whoever commits the decision to have them, unless somebody else is at it: then they stay theirs
 * until their lease ends. A run at rest belongs to nobody. The token is the version at which the lease was taken, so it
 * only ever grows, and what was begun under an older one is recognised.
 */
function takeLease(
  run: WorkflowRun,
  hasEffects: boolean,
  version: number,
  now: Date,
  { owner, leaseMs }: PrepareDeps,
): WorkflowRun {
  if (!hasEffects) return run.lease === null ? run : { ...run, lease: null };
  const held = run.lease && (run.lease.owner === owner || run.lease.until > now) ? run.lease : null;
  const isOthers = held !== null && held.owner !== owner;
  const lease = isOthers ? held : { owner, token: held?.token ?? version, until: after(now, leaseMs) };
  return { ...run, lease, wakeAt: earliest([run.wakeAt, lease.until]) };
}
