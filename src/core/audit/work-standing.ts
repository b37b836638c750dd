import type { WorkflowRun } from '../run/workflow-run.ts';
import type { AuditEventType } from './audit-event.ts';

const GIVEN: readonly AuditEventType[] = ['work.announced', 'work.moved'];
const TAKEN: readonly AuditEventType[] = ['work.declined', 'work.unplaced'];
const BEGUN: readonly AuditEventType[] = ['work.started'];

/** Whether the crew that the outputs of the steps name has the job: it may have given it back, or lost it to nobody. */
export function hasCrew(run: WorkflowRun): boolean {
  return !TAKEN.includes(lastOf(run, [...GIVEN, ...TAKEN]) ?? 'work.announced');
}

/** Whether that crew has begun, so that what was planned is past. */
export function hasBegun(run: WorkflowRun): boolean {
  return lastOf(run, [...GIVEN, ...BEGUN]) === 'work.started';
}

function lastOf({ history }: WorkflowRun, types: readonly AuditEventType[]): AuditEventType | null {
  return history.findLast(({ type }) => types.includes(type))?.type ?? null;
}
