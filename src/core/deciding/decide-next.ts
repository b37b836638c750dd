import { findDueEscalation } from '../escalator/escalation.ts';
import { findDueClock, nextClockInstant } from '../monitor/sla.ts';
import type { Change, Decision, Outlook, Seen } from '../run/decision.ts';
import { ALL_DONE, isFinished, stateOf, type WorkflowRun } from '../run/workflow-run.ts';
import { earliest } from '../values/duration.ts';
import { decideSteps } from './decide-steps.ts';

/**
 * Decides what happens next to a run at `now`: clocks first, then escalations, then its steps. Pure and total: the same
 * run and instant give the same decision, and applying changes always ends in `settled`. `seen` remembers
 * what need not be looked at again, for whoever asks again after each change.
 */
export function decideNext(run: WorkflowRun, now: Date, seen?: Seen): Decision {
  const clock = findDueClock(run, now);
  if (clock) return change({ kind: clock.event, clock: clock.key });
  const escalation = findDueEscalation(run, now);
  if (escalation) return change({ kind: 'climb', escalation });
  if (run.endedAt) return settled(run, { state: 'open', effects: [], until: null });
  return run.closing ? decideClosing(run, run.closing, now) : decideRun(run, now, seen);
}

function decideRun(run: WorkflowRun, now: Date, seen?: Seen): Decision {
  const outlook = decideSteps({ run, now, seen }, run.definition.steps, '');
  if (outlook.state === 'change') return change(outlook.change);
  if (outlook.state === 'open') return settled(run, outlook);
  // Finished: a failure at the top has ended the run already. A run that missed its own deadline never counts as
  // completed, even when the work got done in the end.
  return run.clocks.run?.breachedAt
    ? change({ kind: 'end', end: { status: 'escalated', reason: 'Done, after the deadline' } })
    : change({ kind: 'end', end: { status: 'completed', reason: ALL_DONE } });
}

/** The fallback and the compensations run one after the other; one that fails is told of, and the next one runs. */
function decideClosing(run: WorkflowRun, closing: NonNullable<WorkflowRun['closing']>, now: Date): Decision {
  const {
    queue: [first],
    ...end
  } = closing;
  if (first === undefined) return change({ kind: 'end', end });
  if (isFinished(stateOf(run, first))) return change({ kind: 'nextClosing' });
  const outlook = decideSteps({ run, now }, [first], '');
  return outlook.state === 'change' ? change(outlook.change) : settled(run, outlook);
}

function change(next: Change): Decision {
  return { kind: 'change', change: next };
}

function settled(run: WorkflowRun, outlook: Outlook): Decision {
  const { effects, until } = outlook.state === 'open' ? outlook : { effects: [], until: null };
  return { kind: 'settled', effects, until: earliest([until, nextInstant(run)]) };
}

/** When a clock or an escalation of the run is due next. */
function nextInstant(run: WorkflowRun): Date | null {
  return earliest([
    nextClockInstant(run),
    ...Object.values(run.escalations).map((escalation) =>
      escalation.state === 'open' ? escalation.nextAt : null,
    ),
  ]);
}
