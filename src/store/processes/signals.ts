import type { Db, Document, IndexDescription } from 'mongodb';
import type { MembershipChange } from '../../core/agency/role-directory.ts';

/** A hint to the process that executes a run: somebody else has moved it. */
interface Signal {
  owner: string;
  runId: string;
  at: Date;
}

/** To every process: Slack tells one of them only what has changed. */
interface Announcement {
  owner: typeof EVERYBODY;
  change: MembershipChange;
  at: Date;
}

const EVERYBODY = '*';
const COLLECTION = 'signals';
const REOPEN_MS = 1_000;

/** Signals are of use for seconds. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [{ key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 }],
};

export interface SignalStore {
  send(owner: string, runId: string, now: Date): Promise<void>;
  /**
   * Calls back for every signal to `owner`. One that is lost is made up for by the next heartbeat of the leases, which
   * sees that the run is newer than what its process followed.
   */
  listen(owner: string, onSignal: (runId: string) => void): { close(): Promise<void> };
  /** Tells every process, this one too. One that is lost is made up for by the time an answer of Slack's is believed. */
  announce(change: MembershipChange, now: Date): Promise<void>;
  listenToAll(onChange: (change: MembershipChange) => void): { close(): Promise<void> };
}

/** Signals between the processes of an installation, by change stream. */
export function createSignalStore(db: Db): SignalStore {
  const collection = db.collection<Signal>(COLLECTION);
  const announcements = db.collection<Announcement>(COLLECTION);
  return {
    send: async (owner, runId, now) => {
      // A hint does not have to survive anything: it is not worth a wait for the journal.
      await collection.insertOne({ owner, runId, at: now }, { writeConcern: { w: 1, journal: false } });
    },
    listen: (owner, onSignal) => {
      const pipeline: Document[] = [{ $match: { operationType: 'insert', 'fullDocument.owner': owner } }];
      return keepOpen(() => {
        const stream = collection.watch<Signal, { operationType: 'insert'; fullDocument: Signal }>(pipeline);
        stream.on('change', (change) => {
          if (change.operationType === 'insert') onSignal(change.fullDocument.runId);
        });
        return stream;
      });
    },
    announce: async (change, now) => {
      const announcement: Announcement = { owner: EVERYBODY, change, at: now };
      await announcements.insertOne(announcement, { writeConcern: { w: 1, journal: false } });
    },
    listenToAll: (onChange) => {
      const pipeline: Document[] = [{ $match: { operationType: 'insert', 'fullDocument.owner': EVERYBODY } }];
      return keepOpen(() => {
        const stream = announcements.watch<
          Announcement,
          { operationType: 'insert'; fullDocument: Announcement }
        >(pipeline);
        stream.on('change', (event) => {
          if (event.operationType === 'insert') onChange(event.fullDocument.change);
        });
        return stream;
      });
    },
  };
}

interface Stream {
  on(event: 'error', onError: () => void): unknown;
  close(): Promise<void>;
}

/** A stream resumes by itself after a short break; after a longer one it has ended, and another one is opened. */
function keepOpen(open: () => Stream): { close(): Promise<void> } {
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let stream: Stream;
  const reopen = (): void => {
    stream = open();
    stream.on('error', () => {
      clearTimeout(timer);
      if (!isClosed) timer = setTimeout(reopen, REOPEN_MS).unref();
    });
  };
  reopen();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await stream.close();
    },
  };
}
