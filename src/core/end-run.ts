import { openEscalation, resolveDeadlines } from './escalation.ts';
import { stopClock } from './sla.ts';
import { change, changeStep, note, type Refusal, type Transition } from './transition.ts';
import { isFinished, type RunStatus } from './workflow-run.ts';

/**
 * Ends a run: unfinished steps are abandoned, an open approval expires, all clocks stop. A failure pages the policy, so
 * that somebody takes the job over; finished or cancelled work resolves the deadline pages that are still open.
 */
export function endRun(transition: Transition, status: RunStatus, reason: string, now: Date): Transition {
  let current = abandonSteps(transition, reason, now);
  for (const key of Object.keys(current.run.clocks)) current = stopClock(current, key, now);
  if (status === 'failed') {
    current = openEscalation(
      current,
      { key: 'failure', kind: 'failure', task: failedTask(current), dueAt: null },
      now,
    );
  }
  const isWorkOpen = status === 'escalated' && !isWorkDone(current);
  if (!isWorkOpen && status !== 'failed') current = resolveDeadlines(current, now);
  const ended = change(current, { status, reason, closing: null, endedAt: now });
  return note(ended, now, 'run.ended', { data: { status, reason } });
}

/** Calls a run off. Refused once it has ended. */
export function cancelRun(
  transition: Transition,
  actor: string,
  reason: string,
  now: Date,
): Transition | Refusal {
  const { run } = transition;
  if (run.endedAt) return { refused: `${run._id} has already ended (${run.status}).` };
  return endRun(transition, 'cancelled', reason === '' ? `Cancelled by ${mention(actor)}` : reason, now);
}

/** Takes every unfinished step out of play; an approval that still waits expires. */
export function abandonSteps(transition: Transition, reason: string, now: Date): Transition {
  return Object.entries(transition.run.steps).reduce((current, [task, step]) => {
    if (isFinished(step)) return current;
    const approval =
      step.approval?.state === 'pending' ? { ...step.approval, state: 'expired' as const } : step.approval;
    const abandoned = changeStep(current, task, {
      status: 'abandoned',
      endedAt: step.startedAt ? now : null,
      retryAt: null,
      timeoutAt: null,
      approval,
    });
    if (!step.startedAt) return abandoned;
    const expired =
      approval === step.approval ? abandoned : note(abandoned, now, 'approval.expired', { task });
    return note(expired, now, 'step.abandoned', { task, data: { reason } });
  }, transition);
}

function failedTask(transition: Transition): string | null {
  const failed = Object.entries(transition.run.steps).find(([, step]) => step.status === 'failed');
  return failed?.[0] ?? null;
}

function isWorkDone(transition: Transition): boolean {
  return transition.run.definition.steps.every((step) => {
    const status = transition.run.steps[step.task]?.status;
    return status === 'succeeded' || status === 'skipped';
  });
}

function mention(actor: string): string {
  return /^[UW][A-Z0-9]+$/.test(actor) ? `<@${actor}>` : actor;
}
