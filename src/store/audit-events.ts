import type { Db, IndexDescription } from 'mongodb';
import type { AuditEvent } from '../core/audit-event.ts';

export const AUDIT_EVENTS = 'audit_events';

export const auditEventIndexes: IndexDescription[] = [
  { key: { runId: 1, seq: 1 }, name: 'ofRun', unique: true },
];

/** The audit trail: facts are added, never changed. */
export interface AuditEventStore {
  /** Stores events; one that is stored already stays as it is. */
  append(events: AuditEvent[]): Promise<void>;
  find(runId: string, seq: number): Promise<AuditEvent | null>;
  /** Facts of a run after `seq`, oldest first. */
  listOfRun(runId: string, afterSeq?: number): Promise<AuditEvent[]>;
}

/** The audit trail in MongoDB. */
export function createAuditEventStore(db: Db): AuditEventStore {
  const collection = db.collection<AuditEvent>(AUDIT_EVENTS);
  return {
    append: async (events) => {
      if (events.length === 0) return;
      try {
        await collection.insertMany(events, { ordered: false });
      } catch (error) {
        if ((error as { code?: number }).code !== 11_000) throw error;
      }
    },
    find: (runId, seq) => collection.findOne({ _id: `${runId}:${seq}` }),
    listOfRun: (runId, afterSeq = 0) =>
      collection
        .find({ runId, seq: { $gt: afterSeq } })
        .sort({ seq: 1 })
        .toArray(),
  };
}
