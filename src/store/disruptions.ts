import type { ClientSession, Db, IndexDescription } from 'mongodb';
import type { Absence, Closure } from '../core/disruption.ts';

type Disruption = ({ kind: 'absence' } & Absence) | ({ kind: 'closure' } & Closure);

const COLLECTION = 'disruptions';

/** What the disruptions' queries need. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [{ key: { end: 1 }, name: 'by_end' }],
};

/** The collection of what keeps crews from working: absences of crews and closures of districts. */
export function createDisruptionStore(db: Db) {
  const disruptions = db.collection<Disruption>(COLLECTION);

  const add = async ({ _id, ...fields }: Disruption, session?: ClientSession): Promise<boolean> => {
    const options = { upsert: true, ...(session ? { session } : {}) };
    const result = await disruptions.updateOne({ _id }, { $setOnInsert: fields }, options);
    return result.upsertedCount === 1;
  };

  return {
    /** Stores an absence; false, and nothing changed, when its id is known already. */
    addAbsence: (absence: Absence, session?: ClientSession): Promise<boolean> =>
      add({ ...absence, kind: 'absence' }, session),

    /** Stores a closure; false, and nothing changed, when its id is known already. */
    addClosure: (closure: Closure, session?: ClientSession): Promise<boolean> =>
      add({ ...closure, kind: 'closure' }, session),

    /** What is not over at `now` nor taken back, also when it has yet to begin; what begins first comes first. */
    async listFrom(now: Date): Promise<{ absences: Absence[]; closures: Closure[] }> {
      const [absences, closures]: [Absence[], Closure[]] = [[], []];
      const open = disruptions.find({ end: { $gt: now }, takenBack: null }).sort({ start: 1, _id: 1 });
      for await (const disruption of open) {
        if (disruption.kind === 'absence') absences.push(withoutKind(disruption));
        else closures.push(withoutKind(disruption));
      }
      return { absences, closures };
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
      const result = await disruptions.updateOne(
        { _id: id, takenBack: null },
        { $set: { takenBack } },
        options,
      );
      return result.matchedCount === 1;
    },
  };
}
export type DisruptionStore = ReturnType<typeof createDisruptionStore>;

function withoutKind<Stored extends Disruption>({ kind, ...disruption }: Stored): Omit<Stored, 'kind'> {
  return disruption;
}
