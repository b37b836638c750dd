import type { Db } from 'mongodb';
import type { Beat } from '../core/judge-silence.ts';

interface ProcessBeat {
  /** The process as it is named in leases. */
  _id: string;
  beats: number;
  beatAt: Date;
}

/** Signs of life of the processes of an installation; a handful of documents. */
export interface ProcessBeatStore {
  beat(owner: string): Promise<void>;
  /** Of everybody but `owner`, by the server's clock. */
  listOthers(owner: string): Promise<Beat[]>;
  remove(owner: string): Promise<void>;
}

export function createProcessBeatStore(db: Db): ProcessBeatStore {
  // A sign of life is worth nothing after a crash of the server: no wait for the journal.
  const collection = db.collection<ProcessBeat>('processes', { writeConcern: { w: 1, journal: false } });
  return {
    beat: async (owner) => {
      const beats = { $add: [{ $ifNull: ['$beats', 0] }, 1] };
      await collection.updateOne({ _id: owner }, [{ $set: { beats, beatAt: '$$NOW' } }], { upsert: true });
    },
    listOthers: async (owner) => {
      const silentMs = { $subtract: ['$$NOW', '$beatAt'] };
      const beats = collection.aggregate<Omit<Beat, 'owner'> & { _id: string }>([
        { $match: { _id: { $ne: owner } } },
        { $project: { beats: 1, silentMs } },
      ]);
      return (await beats.toArray()).map(({ _id, ...beat }) => ({ owner: _id, ...beat }));
    },
    remove: async (owner) => {
      await collection.deleteOne({ _id: owner });
    },
  };
}
