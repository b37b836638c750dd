import type { AuditData, NoData } from './audit-data.ts';

/** Everything that can be told about a run. Past tense: an audit event is a fact, never a wish. */
export type AuditEventType = keyof AuditData;

interface ReadData extends AuditData {
  /**
   * A fact that this version cannot read: of a type it does not know, or with data as another version wrote it. It is
   * kept and shown as it is stored.
   */
  unknown: { type: string; data: unknown };
}

interface Occurrence {
  /** 1, 2, 3 … within the run, without gaps. */
  seq: number;
  at: Date;
  task: string | null;
  /** Slack member id (or `system`) of who did it. */
  actor: string;
}

/** An audit event of the given types. */
export type AuditEventOf<Type extends keyof ReadData> = {
  [Each in Type]: Occurrence & { type: Each; data: ReadData[Each] };
}[Type];

/** An append-only fact about a run, kept in the run itself: it is committed with the change it tells of. */
export type AuditEvent = AuditEventOf<keyof ReadData>;

/** A fact of the given types on its way into the audit trail: without a task it is about the whole run. */
export type FactOf<Type extends AuditEventType> = {
  [Each in Type]: { type: Each; task?: string | null; actor?: string } & (NoData extends AuditData[Each]
    ? { data?: AuditData[Each] }
    : { data: AuditData[Each] });
}[Type];

/** A fact on its way into the audit trail; without an actor it is Crewline's own doing. */
export type Fact = FactOf<AuditEventType>;

/** The type of a fact as it was written, also of one whose data this version cannot read. */
export function typeOf(event: AuditEvent): string {
  return event.type === 'unknown' ? event.data.type : event.type;
}
