import type { Db, IndexDescription } from 'mongodb';
import type { WorkflowDefinition } from '../../core/definition/workflow-definition.ts';

/** A definition that a process has loaded, for those that have not. */
interface SharedDefinition {
  /** `owner name`. */
  _id: string;
  owner: string;
  name: string;
  command: string | null;
  definition: WorkflowDefinition;
  seenAt: Date;
}

const COLLECTION = 'shared_definitions';
const KEPT_SECONDS = 24 * 3600;

/** A process says every hour that it still has them: those of one that has gone are forgotten after a day. */
export const indexes: { collection: string; indexes: IndexDescription[] } = {
  collection: COLLECTION,
  indexes: [
    { key: { seenAt: 1 }, name: 'ttl', expireAfterSeconds: KEPT_SECONDS },
    { key: { name: 1 }, name: 'byName' },
    { key: { command: 1 }, name: 'byCommand' },
  ],
};

/** What the processes of an installation have loaded, for each other. */
export interface SharedDefinitionStore {
  share(owner: string, definitions: Iterable<WorkflowDefinition>, now: Date): Promise<void>;
  /** The newest one of that name, or with that slash command, among those of `owners`. */
  find(word: string, owners: readonly string[]): Promise<WorkflowDefinition | null>;
}

/** Shared definitions in MongoDB. */
export function createSharedDefinitionStore(db: Db): SharedDefinitionStore {
  const collection = db.collection<SharedDefinition>(COLLECTION);
  return {
    share: async (owner, definitions, now) => {
      const writes = [...definitions].map((definition) => ({
        replaceOne: {
          filter: { _id: `${owner} ${definition.name}` },
          replacement: {
            owner,
            name: definition.name,
            command: definition.command,
            definition,
            seenAt: now,
          },
          upsert: true,
        },
      }));
      if (writes.length > 0) await collection.bulkWrite(writes, { ordered: false });
    },
    find: async (word, owners) => {
      const named = { $or: [{ name: word }, { command: word }], owner: { $in: [...owners] } };
      const found = await collection.findOne(named, { sort: { 'definition.version': -1, seenAt: -1 } });
      return found?.definition ?? null;
    },
  };
}
