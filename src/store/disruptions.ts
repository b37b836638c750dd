import type { Db, IndexDescription } from 'mongodb';
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

  const add = async ({ _id, ...fields }: Disruption): Promise<boolean> => {
    const result = await disruptions.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true });
    return result.upsertedCount === 1;
  };

  return {
    /** Stores an absence; false, and nothing changed, when its id is known already. */
    addAbsence: (absence: Absence): Promise<boolean> => add({ ...absence, kind: 'absence' }),

    /** Stores a closure; false, and nothing changed, when its id is known already. */
    addClosure: (closure: Closure): Promise<boolean> => add({ ...closure, kind: 'closure' }),

    /** What is not over at `now`, also when it has yet to begin; what begins first comes first. */
    async listFrom(now: Date): Promise<{ absences: Absence[]; closures: Closure[] }> {
      const [absences, closures]: [Absence[], Closure[]] = [[], []];
      const open = disruptions.find({ end: { $gt: now } }).sort({ start: 1, _id: 1 });
      for await (const disruption of open) {
        if (disruption.kind === 'absence') absences.push(withoutKind(disruption));
        else closures.push(withoutKind(disruption));
      }
      return { absences, closures };
    },

    /** Takes an absence or a closure back; false when there is none of that id. */
    async remove(id: string): Promise<boolean> {
      return (await disruptions.deleteOne({ _id: id })).deletedCount === 1;
    },
  };
}
export type DisruptionStore = ReturnType<typeof createDisruptionStore>;

function withoutKind<Stored extends Disruption>({ kind, ...disruption }: Stored): Omit<Stored, 'kind'> {
  return disruption;
}
