import type { Db, IndexDescription } from 'mongodb';
import type { AuditEvent } from '../../core/audit/audit-event.ts';
import { readEvents, toStoredEvent } from '../../core/audit/read-event.ts';
import { isDuplicateKey } from '../mongo/duplicate-key.ts';

/** Its other fields are those of an audit event, as one version or another wrote it. */
interface StoredEvent {
  _id: string;
  runId: string;
  seq: number;
}

const COLLECTION = 'audit_events';

/** What the events' queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [{ key: { runId: 1, seq: 1 }, name: 'ofRun', unique: true }],
};

/** The older part of long audit trails: what no longer fits into the run's own document. Added to, never changed. */
export interface AuditEventStore {
  /** Stores events of a run; one that is stored already stays as it is. */
  append(runId: string, events: readonly AuditEvent[]): Promise<void>;
  /** Facts of a run after `seq`, oldest first. */
  list(runId: string, afterSeq: number): Promise<AuditEvent[]>;
}

/** The older audit events in MongoDB. */
export function createAuditEventStore(db: Db): AuditEventStore {
  const collection = db.collection<StoredEvent>(COLLECTION);
  return {
    append: async (runId, events) => {
      const rows = events.map((event) => ({
        ...toStoredEvent(event),
        seq: event.seq,
        _id: `${runId}:${event.seq}`,
        runId,
      }));
      try {
        if (rows.length > 0) await collection.insertMany(rows, { ordered: false });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    list: async (runId, afterSeq) => {
      const found = collection.find({ runId, seq: { $gt: afterSeq } }, { projection: { _id: 0, runId: 0 } });
      return readEvents(await found.sort({ seq: 1 }).toArray());
    },
  };
}
