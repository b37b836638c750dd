import type { AuditEvent, AuditEventType } from './audit-event.ts';

/** A run, or whatever else has its history, oldest first. */
type Told = { history: readonly AuditEvent[] };

const GIVEN: readonly AuditEventType[] = ['work.announced', 'work.moved'];
const TAKEN: readonly AuditEventType[] = ['work.declined', 'work.unplaced'];
const BEGUN: readonly AuditEventType[] = ['work.started'];

/** Whether the crew that the outputs of the steps name has the job: it may have given it back, or lost it to nobody. */
export function hasCrew(run: Told): boolean {
  return !TAKEN.includes(lastOf(run, [...GIVEN, ...TAKEN]) ?? 'work.announced');
}

/** Whether that crew has begun, so that what was planned is past. */
export function hasBegun(run: Told): boolean {
  return lastOf(run, [...GIVEN, ...BEGUN]) === 'work.started';
}

function lastOf({ history }: Told, types: readonly AuditEventType[]): AuditEventType | null {
  return history.findLast(({ type }) => types.includes(type))?.type ?? null;
}
