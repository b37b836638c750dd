import type { Db } from 'mongodb';

type Output = Record<string, unknown>;

/** Outputs too large for a run's own document, which is read and written at every step. */
export interface StepOutputStore {
  /** Stores an output under an id of its own. */
  store(id: string, output: Output): Promise<void>;
  find(id: string): Promise<Output | null>;
}

/** Large outputs in MongoDB. */
export function createStepOutputStore(db: Db): StepOutputStore {
  const collection = db.collection<{ _id: string; output: Output }>('step_outputs');
  return {
    store: async (_id, output) => {
      await collection.insertOne({ _id, output });
    },
    find: async (_id) => (await collection.findOne({ _id }))?.output ?? null,
  };
}
