import type { Db } from 'mongodb';

/** Where Agenda keeps its jobs; their documents are Agenda's own. */
export const AGENDA_JOBS = 'jobs';

/** What of Agenda's jobs has to be changed beside Agenda. */
export interface AgendaJobStore {
  /** Frees the jobs a process died over (all of them for null) and makes them due: their locks would last too long. */
  releaseLocks(owner: string | null, now: Date): Promise<void>;
}

/** Agenda's jobs in MongoDB. */
export function createAgendaJobStore(db: Db): AgendaJobStore {
  const collection = db.collection(AGENDA_JOBS);
  return {
    releaseLocks: async (owner, now) => {
      // Agenda writes the name of the process that locked a job last.
      const held = { lockedAt: { $ne: null }, ...(owner === null ? {} : { lastModifiedBy: owner }) };
      await collection.updateMany(held, { $set: { lockedAt: null, nextRunAt: now } });
    },
  };
}
