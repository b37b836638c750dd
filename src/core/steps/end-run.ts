import { expireApproval } from '../approvals/approval.ts';
import type { RunEnd } from '../audit/audit-data.ts';
import { openEscalation, resolveDeadlines } from '../escalator/escalation.ts';
import { resolveIncident } from '../escalator/incident.ts';
import { stopClock } from '../monitor/sla.ts';
import { change, changeStep, note, type Refusal, type Transition } from '../run/transition.ts';
import { describeEnd, emptyStep, isFinished, stateOf, type WorkflowRun } from '../run/workflow-run.ts';
import { listLooseStarts } from './lineage.ts';
import { AWAIT_CHILDREN, compensationOf, RUN_FALLBACK, stepDefinition } from './step-lookup.ts';

/**
 * Ends a run that did not succeed: what its steps did is undone first, the last one first, where they say how. What its
 * steps had started came later still, so before that it is called off and has ended.
 */
export function closeRun(transition: Transition, end: RunEnd, now: Date): Transition {
  const compensations = listCompensations(transition.run);
  const queue = isOrdered(transition.run, compensations) ? [AWAIT_CHILDREN, ...compensations] : compensations;
  return queue.length === 0 ? endRun(transition, end, now) : beginClosing(transition, end, queue, now);
}

/**
 * Ends a late run as escalated: people take it over as it is, so that nothing of its own is undone. Its fallback does
 * not wait for anybody; but a run around it must not undo anything before what this one had started has ended.
 */
export function handOver(transition: Transition, reason: string, now: Date): Transition {
  const { run } = transition;
  const fallback = run.definition.fallback ? [RUN_FALLBACK] : [];
  const queue = isOrdered(run, []) ? [...fallback, AWAIT_CHILDREN] : fallback;
  const end: RunEnd = { status: 'escalated', reason };
  return queue.length === 0 ? endRun(transition, end, now) : beginClosing(transition, end, queue, now);
}

/** Gives up the open steps and runs `queue` (pseudo steps) before the run ends. */
function beginClosing(transition: Transition, end: RunEnd, queue: string[], now: Date): Transition {
  const abandoned = abandonSteps(transition, describeEnd(end), now);
  const closing = change(abandoned, { closing: { ...end, queue } });
  return queue.reduce((current, id) => changeStep(current, id, emptyStep()), closing);
}

/** The first of the queue is over; one that failed is told of, because somebody has to do it by hand. */
export function continueClosing(transition: Transition, now: Date): Transition {
  const { closing } = transition.run;
  const [first, ...queue] = closing?.queue ?? [];
  if (!closing || first === undefined) return transition;
  const next = change(transition, { closing: { ...closing, queue } });
  if (stateOf(next.run, first).status !== 'failed') return next;
  return openEscalation(next, { key: `failure-${first}`, kind: 'failure', task: first, dueAt: null }, now);
}

/**
 * Ends a run: unfinished steps are abandoned, an open approval expires, all clocks stop. A failure pages the policy, so
 * that somebody takes the job over; finished or cancelled work resolves the deadline pages that are still open.
 */
export function endRun(transition: Transition, end: RunEnd, now: Date): Transition {
  const { status } = end;
  let current = abandonSteps(transition, describeEnd(end), now);
  for (const key of Object.keys(current.run.clocks)) current = stopClock(current, key, now);
  if (status === 'failed') {
    const task = failedTask(current);
    current = openEscalation(current, { key: 'failure', kind: 'failure', task, dueAt: null }, now);
  }
  const isWorkOpen = status === 'escalated' && !isWorkDone(current);
  if (!isWorkOpen && status !== 'failed') current = resolveDeadlines(current, now);
  const ended = change(current, { ...end, closing: null, endedAt: now });
  return note(ended, now, { type: 'run.ended', data: end });
}

/** Null while the run goes on; otherwise that it has ended, also for one that lies in the archive. */
export function refuseEnded(run: WorkflowRun): Refusal | null {
  return run.endedAt ? { refused: `${run._id} has already ended (${run.status}).` } : null;
}

/** Calls a run off. Refused once it has ended, or is about to. */
export function cancelRun(
  transition: Transition,
  actor: string,
  reason: string,
  now: Date,
): Transition | Refusal {
  const { run } = transition;
  const refusal = refuseEnded(run);
  if (refusal) return refusal;
  if (run.closing) return { refused: `${run._id} is ending already (${run.closing.status}).` };
  return closeRun(transition, { status: 'cancelled', reason, cancelledBy: actor }, now);
}

/** Takes unfinished steps out of play, all or those `isMeant`; an approval that still waits expires. */
export function abandonSteps(
  transition: Transition,
  reason: string,
  now: Date,
  isMeant: ((id: string) => boolean) | null = null,
): Transition {
  // Some of the steps: the step around them goes on, or has ended, without them.
  const why = isMeant === null ? 'runEnded' : 'notNeeded';
  return Object.entries(transition.run.steps).reduce((current, [id, step]) => {
    if (isFinished(step) || isMeant?.(id) === false) return current;
    const abandoned = changeStep(resolveIncident(current, id, 'system', now), id, {
      status: 'abandoned',
      endedAt: step.startedAt ? now : null,
      retryAt: null,
      timeoutAt: null,
    });
    if (!step.startedAt) return abandoned;
    const stopped = stopClock(abandoned, `step-${id}`, now);
    const expired = expireApproval(stopped, id, why, now);
    return note(expired, now, { type: 'step.abandoned', task: id, data: { reason } });
  }, transition);
}

/** Whether anything has to wait for what the run had started: its own compensations, or those of a run around it. */
function isOrdered(run: WorkflowRun, compensations: string[]): boolean {
  return (compensations.length > 0 || run.parent !== null) && listLooseStarts(run).length > 0;
}

/**
 * Steps that succeeded and say how they are undone, the one that ended last first. Several may have ended at the same
 * instant, in one commit even: the audit trail tells their order.
 */
function listCompensations(run: WorkflowRun): string[] {
  const order = (id: string) =>
    run.history.findLastIndex((event) => event.type === 'step.succeeded' && event.task === id);
  return Object.entries(run.steps)
    .filter(([id, step]) => step.status === 'succeeded' && stepDefinition(run, id)?.compensate)
    .map(([id, step], index) => ({ id, endedAt: step.endedAt?.getTime() ?? 0, order: order(id), index }))
    .sort((one, other) => other.endedAt - one.endedAt || other.order - one.order || other.index - one.index)
    .map(({ id }) => compensationOf(id));
}

function failedTask(transition: Transition): string | null {
  const failed = Object.entries(transition.run.steps).find(([, step]) => step.status === 'failed');
  return failed?.[0] ?? null;
}

function isWorkDone({ run }: Transition): boolean {
  return run.definition.steps.every((step) => {
    const { status } = stateOf(run, step.task);
    return status === 'succeeded' || status === 'skipped';
  });
}
