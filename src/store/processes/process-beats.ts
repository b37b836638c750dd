import type { Db } from 'mongodb';

interface ProcessBeat {
  /** The process as it is named in leases. */
  _id: string;
  beats: number;
  beatAt: Date;
  /** Name of its connections to the server; null for one that gave them none. */
  connection: string | null;
  /** What it can do, as `kind name`; not of a process of an earlier version. */
  calls?: string[];
}

/** The last sign of life of a process, by the server's clock. */
export interface SeenBeat {
  owner: string;
  beats: number;
  silentMs: number;
  connection: string | null;
}

/** Signs of life of the processes of an installation; a handful of documents. */
export interface ProcessBeatStore {
  /** `calls` is what it can do, as `kind name`: others leave to it what they cannot. */
  beat(owner: string, calls?: readonly string[]): Promise<void>;
  /** Processes that say they can do this. */
  findAble(call: string): Promise<string[]>;
  /** Of everybody but `owner`. */
  listOthers(owner: string): Promise<SeenBeat[]>;
  /**
   * Which of these connections the server still has; null when it does not tell, as where we may not ask or where it
   * stands behind a router.
   */
  findConnected(connections: readonly string[]): Promise<ReadonlySet<string> | null>;
  remove(owner: string): Promise<void>;
}

/** Signs of life in the database `db`, whose client names our own connections. */
export function createProcessBeatStore(db: Db): ProcessBeatStore {
  // A sign of life is worth nothing after a crash of the server: no wait for the journal.
  const collection = db.collection<ProcessBeat>('processes', { writeConcern: { w: 1, journal: false } });
  const connection = db.client.options.appName ?? null;
  return {
    beat: async (owner, calls = []) => {
      const beats = { $add: [{ $ifNull: ['$beats', 0] }, 1] };
      const fields = { beats, beatAt: '$$NOW', connection: { $literal: connection } };
      const announced = { calls: { $literal: [...calls] } };
      await collection.updateOne({ _id: owner }, [{ $set: { ...fields, ...announced } }], { upsert: true });
    },
    findAble: async (call) => {
      const able = await collection.find({ calls: call }, { projection: { _id: 1 } }).toArray();
      return able.map(({ _id }) => _id);
    },
    listOthers: async (owner) => {
      const silentMs = { $subtract: ['$$NOW', '$beatAt'] };
      const beats = collection.aggregate<Omit<SeenBeat, 'owner'> & { _id: string }>([
        { $match: { _id: { $ne: owner } } },
        { $project: { beats: 1, silentMs, connection: { $ifNull: ['$connection', null] } } },
      ]);
      return (await beats.toArray()).map(({ _id, ...beat }) => ({ owner: _id, ...beat }));
    },
    findConnected: async (connections) => {
      if (connection === null) return null;
      const names = await listConnections(db, [...connections, connection]).catch(() => null);
      // An answer without ourselves is not about this server's clients.
      return names?.has(connection) ? names : null;
    },
    remove: async (owner) => {
      await collection.deleteOne({ _id: owner });
    },
  };
}

/** Only those of our own database user, which needs no privilege. */
async function listConnections(db: Db, names: string[]): Promise<ReadonlySet<string>> {
  const found = db.client
    .db('admin')
    .aggregate<{ _id: string }>([
      { $currentOp: { allUsers: false, idleConnections: true } },
      { $match: { appName: { $in: names } } },
      { $group: { _id: '$appName' } },
    ]);
  return new Set((await found.toArray()).map(({ _id }) => _id));
}
