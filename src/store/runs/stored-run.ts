import type { AuditEvent } from '../../core/audit/audit-event.ts';
import { readEvents } from '../../core/audit/read-event.ts';
import { describeEnd, type WorkflowRun } from '../../core/run/workflow-run.ts';
import { whoCalledOff } from '../work/old-call-off.ts';

/**
 * A run as it lies in the database: with the tokens of its last commits and the time its pending messages were added, and
 * with facts that this version may not be able to read.
 */
export type StoredRun = Omit<WorkflowRun, 'history'> & {
  history: unknown[];
  commits?: Record<string, string>;
  relayAt?: Date | null;
};

type End = Pick<WorkflowRun, 'reason' | 'cancelledBy'>;

/** A stored run as the engine sees it. */
export function readRun(stored: StoredRun): WorkflowRun {
  const run = { ...stored, history: readEvents(stored.history) };
  const calledOff = whoCalledOff((stored.closing ?? stored).reason);
  return calledOff === null ? run : mendCallOff(run, calledOff);
}

/** Earlier versions wrote a call-off without words as a sentence with Slack's markup in it. */
function mendCallOff(run: WorkflowRun, cancelledBy: string): WorkflowRun {
  const end = { reason: '', cancelledBy };
  const mend = <Kind extends End>(one: Kind): Kind =>
    whoCalledOff(one.reason) === null ? one : { ...one, ...end };
  return {
    ...mend(run),
    closing: run.closing && mend(run.closing),
    history: run.history.map((event) => mendFact(event, end)),
  };
}

function mendFact(event: AuditEvent, end: Required<End>): AuditEvent {
  if (event.type === 'run.ended' && whoCalledOff(event.data.reason) !== null)
    return { ...event, data: { ...event.data, ...end } };
  if (event.type === 'step.abandoned' && whoCalledOff(event.data.reason) !== null)
    return { ...event, data: { reason: describeEnd(end) } };
  return event;
}
