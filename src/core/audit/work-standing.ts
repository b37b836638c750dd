import { type AuditEvent, type AuditEventType, typeOf } from './audit-event.ts';

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

/** The crew that has lost the job by this fact; null when it tells of none. */
export function crewBefore(event: AuditEvent): string | null {
  switch (event.type) {
    case 'work.moved':
    case 'work.declined':
      return event.data.fromCrewId;
    case 'work.unplaced':
      return event.data.fromCrewId ?? null;
    default:
      return null;
  }
}

function lastOf({ history }: Told, types: readonly AuditEventType[]): AuditEventType | null {
  for (let index = history.length - 1; index >= 0; index--) {
    const event = history[index];
    const type = event && types.find((candidate) => candidate === typeOf(event));
    if (type) return type;
  }
  return null;
}
