import type { ClientSession, MongoClient } from 'mongodb';
import { AppError } from '../../base/errors.ts';

/** Thrown to abort a transaction because what was decided no longer fits; carries words for the person. */
export class Refusal extends Error {}

const MOST_TRIES = 20;

/**
 * Commits what `work` did, or nothing; a run that was moved meanwhile has the whole tried again. `work` returns what is
 * to happen after the commit, and throws `Refusal` to leave everything as it was.
 */
export async function inTransaction<Value>(
  client: MongoClient,
  work: (session: ClientSession) => Promise<{ value: Value; afterCommit: readonly (() => void)[] }>,
): Promise<Value | { refused: string }> {
  for (let tries = 1; ; tries++) {
    try {
      const done = await client.withSession((session) => session.withTransaction(() => work(session)));
      for (const act of done.afterCommit) act();
      return done.value;
    } catch (error) {
      if (error instanceof Refusal) return { refused: error.message };
      if (error instanceof AppError && error.code === 'run.conflict' && tries < MOST_TRIES) continue;
      throw error;
    }
  }
}
