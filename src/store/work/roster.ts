import type { ClientSession, Db } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import { StoredRoster } from '../../core/roster/roster-edit.ts';
import { isDuplicateKey } from '../mongo/duplicate-key.ts';

type RosterDocument = StoredRoster & { _id: string };

const COLLECTION = 'roster';
const ID = 'roster';

/** The one document with the agency's crews, depots, materials and districts. */
export function createRosterStore(db: Db) {
  const collection = db.collection<RosterDocument>(COLLECTION);

  return {
    /** The newest roster; null before the first start. Throws `roster.unreadable` when it does not fit any more. */
    async load(): Promise<StoredRoster | null> {
      const found = await collection.findOne({ _id: ID });
      const parsed = StoredRoster.nullable().safeParse(found);
      if (parsed.success) return parsed.data;
      throw new AppError('the stored roster does not fit', {
        code: 'roster.unreadable',
        userMessage: `The stored roster does not fit this version of Crewline: remove the document of the collection “${COLLECTION}” and start again. The agency file is then used.`,
        cause: parsed.error,
      });
    },

    /**
     * Replaces version `expectedVersion` (0 while there is none), and returns what is stored now; null, and nothing
     * written, when somebody else saved since. What `also` writes is committed with it, or not at all.
     */
    async save(
      content: Pick<StoredRoster, 'roster' | 'fileHashes' | 'updatedAt' | 'edits'>,
      expectedVersion: number,
      by: string,
      also?: (session: ClientSession) => Promise<void>,
    ): Promise<StoredRoster | null> {
      const saved = { ...content, updatedBy: by, version: expectedVersion + 1 };
      const filter = { _id: ID, version: expectedVersion };
      try {
        return await db.client.withSession((session) =>
          session.withTransaction(async () => {
            const options = { upsert: expectedVersion === 0, session };
            const result = await collection.replaceOne(filter, saved, options);
            if (result.matchedCount + result.upsertedCount !== 1) return null;
            await also?.(session);
            return saved;
          }),
        );
      } catch (error) {
        // There is one already: the filter misses it, and the upsert's insert meets its id.
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },

    /**
     * Calls back after every save from now on, whoever saves. The stream may break without a word: look now and then
     * as well.
     */
    async watch(onChange: () => void): Promise<{ close(): Promise<void> }> {
      // A stream opens some time after it is asked for; told from when on, it misses nothing in between.
      const { operationTime } = await db.command({ ping: 1 });
      const saves = [{ $match: { operationType: { $in: ['insert', 'replace'] } } }];
      const stream = collection.watch(saves, { startAtOperationTime: operationTime });
      stream.on('change', () => onChange());
      stream.on('error', () => {});
      return { close: () => stream.close() };
    },
  };
}
