import type { ClientSession, Db, Filter, IndexDescription } from 'mongodb';
import type {
  Bulletin,
  CrewBulletin,
  DisruptionBulletin,
  JobChange,
  LateBulletin,
  LateJob,
} from '../../core/work/bulletin.ts';

import { readBulletin } from './stored-bulletin.ts';

const COLLECTION = 'bulletins';
/** Slack keeps the messages; what they were made from is of no use any more. */
const KEPT_SECONDS = 60 * 24 * 3_600;

/** What the bulletins' queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [
    { key: { at: 1 }, name: 'expire', expireAfterSeconds: KEPT_SECONDS },
    { key: { 'jobs.orderId': 1 }, name: 'by_job' },
    { key: { 'lateJobs.orderId': 1, at: 1 }, name: 'by_late_job', sparse: true },
    { key: { plannedAt: 1 }, name: 'unplanned', partialFilterExpression: { plannedAt: { $type: 'null' } } },
  ],
};

/** News that belong to no single run, committed with what they tell of. */
export interface BulletinStore {
  find(id: string): Promise<Bulletin | null>;
  /** Adds what changed for a crew to the bulletin of that id, which is made when it is not there; returns all of it. */
  addChanges(
    bulletin: Omit<CrewBulletin, 'kind' | 'changes'>,
    changes: readonly JobChange[],
    session: ClientSession,
  ): Promise<CrewBulletin>;
  /** Adds a job to the late ones of that id, which are made when they are not there; returns how many they are then. */
  addLate(bulletin: Pick<LateBulletin, '_id' | 'at'>, job: LateJob, session: ClientSession): Promise<number>;
  /** The late jobs told since then among which is one of these. */
  listLate(orderIds: readonly string[], since: Date, session: ClientSession): Promise<LateBulletin[]>;
  /** Stores the news of an absence or a closure; nothing changes when its id is known already. */
  insert(bulletin: DisruptionBulletin, session: ClientSession): Promise<void>;
  /** The absences and closures that were planned for one of these jobs. */
  listAbout(orderIds: readonly string[], session: ClientSession): Promise<DisruptionBulletin[]>;
  /** Notes that a plan knows of all that was entered by then; returns what it had not known. */
  markPlanned(enteredBy: Date, now: Date, session: ClientSession): Promise<DisruptionBulletin[]>;
  /**
   * Notes who took an absence or a closure back when, which jobs had no crew then, which had moved, and what goes on; from
   * then on no plan knows of it yet. Null when it is not known, or was taken back before.
   */
  markTakenBack(
    id: string,
    by: { actor: string; at: Date } & Required<
      Pick<DisruptionBulletin, 'waitingIds' | 'movedJobs' | 'standing'>
    >,
    session: ClientSession,
  ): Promise<DisruptionBulletin | null>;
}

/** The bulletins in MongoDB. */
export function createBulletinStore(db: Db): BulletinStore {
  const all = db.collection<Bulletin>(COLLECTION);
  const crews = db.collection<CrewBulletin>(COLLECTION);
  const late = db.collection<LateBulletin>(COLLECTION);
  const disruptions = db.collection<DisruptionBulletin>(COLLECTION);
  return {
    find: async (id) => {
      const stored = await all.findOne({ _id: id });
      return stored && readBulletin(stored);
    },
    addChanges: async ({ _id, crewId, at }, changes, session) => {
      const update = {
        $setOnInsert: { kind: 'crew' as const, crewId, at },
        $push: { changes: { $each: [...changes] } },
      };
      const options = { session, upsert: true, returnDocument: 'after' as const };
      const saved = await crews.findOneAndUpdate({ _id }, update, options);
      return saved ? readBulletin(saved) : { _id, kind: 'crew', crewId, at, changes: [...changes] };
    },
    addLate: async ({ _id, at }, job, session) => {
      const update = { $setOnInsert: { kind: 'late' as const, at }, $push: { lateJobs: job } };
      const options = { session, upsert: true, returnDocument: 'after' as const };
      return (await late.findOneAndUpdate({ _id }, update, options))?.lateJobs.length ?? 1;
    },
    listLate: (orderIds, since, session) =>
      late
        .find({ 'lateJobs.orderId': { $in: [...orderIds] }, at: { $gte: since } }, { session })
        .map(readBulletin)
        .toArray(),
    insert: async ({ _id, ...fields }, session) => {
      await disruptions.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true, session });
    },
    listAbout: (orderIds, session) =>
      disruptions.find({ 'jobs.orderId': { $in: [...orderIds] } }, { session }).toArray(),
    markPlanned: async (enteredBy, now, session) => {
      // The index is a partial one: it is used only when its own condition is repeated.
      const unplanned: Filter<DisruptionBulletin> = {
        plannedAt: { $type: 'null' },
        at: { $lte: enteredBy },
        // Null, too, for what has no such field.
        $or: [{ takenBackAt: null }, { takenBackAt: { $lte: enteredBy } }],
      };
      const found = await disruptions.find(unplanned, { session }).toArray();
      const ids = found.map(({ _id }) => _id);
      if (ids.length > 0)
        await disruptions.updateMany({ _id: { $in: ids } }, { $set: { plannedAt: now } }, { session });
      return found;
    },
    markTakenBack: (id, { actor, at, ...known }, session) =>
      disruptions.findOneAndUpdate(
        { _id: id, takenBackBy: null },
        { $set: { takenBackBy: actor, takenBackAt: at, ...known, plannedAt: null } },
        { session, returnDocument: 'after' },
      ),
  };
}
