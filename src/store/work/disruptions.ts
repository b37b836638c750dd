import type { ClientSession, Db, IndexDescription } from 'mongodb';
import type { Absence, Closure } from '../../core/work/disruption.ts';

type Disruption = ({ kind: 'absence' } & Absence) | ({ kind: 'closure' } & Closure);

const COLLECTION = 'disruptions';
/** A document a crew or district that everybody writes who enters or takes back something of it: of two at once, one looks again. */
const FENCES = 'disruption_fences';
/** People say whole minutes; only what begins "now" is finer, and two who say so at once mean the same. */
const SAME_START_MS = 60_000;
/** What was entered first, as it was entered. */
const FIRST = { sort: { at: 1 }, projection: { kind: 0 } } as const;

/** What the disruptions' queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [{ key: { end: 1 }, name: 'by_end' }],
};

/** The collection of what keeps crews from working: absences of crews and closures of districts. */
export function createDisruptionStore(db: Db) {
  const disruptions = db.collection<Disruption>(COLLECTION);
  const absences = db.collection<Absence>(COLLECTION);
  const closures = db.collection<Closure>(COLLECTION);
  const fences = db.collection<{ _id: string; entered: number }>(FENCES);

  const add = async (disruption: Disruption, session?: ClientSession): Promise<boolean> => {
    const { _id, ...fields } = disruption;
    const options = { upsert: true, ...(session ? { session } : {}) };
    const result = await disruptions.updateOne({ _id }, { $setOnInsert: fields }, options);
    await fences.updateOne({ _id: fenceOf(disruption) }, { $inc: { entered: 1 } }, options);
    return result.upsertedCount === 1;
  };

  return {
    /** Stores an absence; false, and nothing changed, when its id is known already. */
    addAbsence: (absence: Absence, session?: ClientSession): Promise<boolean> =>
      add({ ...absence, kind: 'absence' }, session),

    /** Stores a closure; false, and nothing changed, when its id is known already. */
    addClosure: (closure: Closure, session?: ClientSession): Promise<boolean> =>
      add({ ...closure, kind: 'closure' }, session),

    /**
     * Another absence of the same crew that has all the time of this one; null when there is none. Of two transactions
     * that look and then add at the same moment one gets the driver's transient error, and `withTransaction` has it look
     * again.
     */
    findAbsence: (absence: Absence, session: ClientSession): Promise<Absence | null> =>
      absences.findOne({ ...coverOf(absence), crewId: absence.crewId }, { session, ...FIRST }),

    /** Another closure of the same district that has all the time of this one, as `findAbsence` does. */
    findClosure: (closure: Closure, session: ClientSession): Promise<Closure | null> =>
      closures.findOne({ ...coverOf(closure), district: closure.district }, { session, ...FIRST }),

    /** What is not over at `now` nor taken back, also when it has yet to begin; what begins first comes first. */
    async listFrom(
      now: Date,
      session?: ClientSession,
    ): Promise<{ absences: Absence[]; closures: Closure[] }> {
      const listed: { absences: Absence[]; closures: Closure[] } = { absences: [], closures: [] };
      const ahead = { end: { $gt: now }, takenBack: null };
      const open = disruptions.find(ahead, session ? { session } : {}).sort({ start: 1, _id: 1 });
      for await (const disruption of open) {
        if (disruption.kind === 'absence') listed.absences.push(withoutKind(disruption));
        else listed.closures.push(withoutKind(disruption));
      }
      return listed;
    },

    /** The absence or closure of that id, also one that was taken back; null when there is none. */
    async find(id: string): Promise<Absence | Closure | null> {
      const found = await disruptions.findOne({ _id: id });
      if (!found) return null;
      return found.kind === 'absence' ? withoutKind(found) : withoutKind(found);
    },

    /** Takes an absence or a closure back; false when there is none of that id, or somebody has done so before. */
    async takeBack(
      id: string,
      takenBack: { by: string; at: Date },
      session?: ClientSession,
    ): Promise<boolean> {
      const options = session ? { session } : {};
      const found = await disruptions.findOneAndUpdate(
        { _id: id, takenBack: null },
        { $set: { takenBack } },
        options,
      );
      if (!found) return false;
      await fences.updateOne({ _id: fenceOf(found) }, { $inc: { entered: 1 } }, { upsert: true, ...options });
      return true;
    },
  };
}
export type DisruptionStore = ReturnType<typeof createDisruptionStore>;

function fenceOf(disruption: Absence | Closure): string {
  return 'crewId' in disruption ? `crew|${disruption.crewId}` : `district|${disruption.district}`;
}

function coverOf({ _id, start, end }: Absence | Closure) {
  const begun = { $lt: new Date(start.getTime() + SAME_START_MS) };
  return { _id: { $ne: _id }, start: begun, end: { $gte: end }, takenBack: null };
}

function withoutKind<Stored extends Disruption>({ kind, ...disruption }: Stored): Omit<Stored, 'kind'> {
  return disruption;
}
