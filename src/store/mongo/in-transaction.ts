import type { ClientSession, MongoClient } from 'mongodb';
import { AppError } from '../../base/errors.ts';
import type { Refusal } from '../../core/run/transition.ts';

/** Thrown to abort a transaction because what was decided no longer fits; carries words for the person. */
export class Abort extends Error {}

const MOST_TRIES = 20;

/**
 * Commits what `work` did, or nothing; a run that was moved meanwhile has the whole tried again. `work` returns what is
 * to happen after the commit, and throws `Refusal` to leave everything as it was.
 */
export async function inTransaction<Value>(
  client: MongoClient,
  work: (session: ClientSession) => Promise<{ value: Value; afterCommit: readonly (() => void)[] }>,
): Promise<Value | Refusal> {
  for (let tries = 1; ; tries++) {
    try {
      const done = await client.withSession((session) => session.withTransaction(() => work(session)));
      for (const act of done.afterCommit) act();
      return done.value;
    } catch (error) {
      if (error instanceof Abort) return { refused: error.message };
      if (error instanceof AppError && error.code === 'run.conflict' && tries < MOST_TRIES) continue;
      throw error;
    }
  }
}
