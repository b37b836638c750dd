import { MongoBackend, MongoChangeStreamNotificationChannel } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import type { Db } from 'mongodb';
import type { Log } from '../base/log.ts';
import { createPlanningTurns } from '../scheduler/planning/plan-in-turns.ts';
import { AGENDA_JOBS, createAgendaJobStore } from '../store/processes/agenda-jobs.ts';
import { createPlanningTurnStore } from '../store/work/planning-turns.ts';

/**
 * Every job of the product. Deadlines of single runs are not jobs: they lie in an index of the runs and are swept in
 * batches, because a thousand deadlines that fall due together must not be a thousand jobs.
 */
export interface JobWork {
  /** Plans crews for the work orders that wait; `isContended` when some of it has to be planned again soon. */
  planCrews(): Promise<{ isContended: boolean }>;
  /** Advances runs whose deadline, retry or lease is due: the safety net under the pump of each process. */
  checkSlas(): Promise<void>;
  /** Reminds crews of jobs that nobody has accepted or started, and tells dispatch. */
  nudgeCrews(): Promise<void>;
  /** Publishes facts a dead process left behind, and takes back crews of runs that ended. */
  recover(): Promise<void>;
  /** Takes deliveries that are due into the stock, and drops soft holds that have expired. */
  receiveStock(): Promise<void>;
  /** Moves runs that ended long ago out of the working set. */
  archive(): Promise<void>;
}

export interface Jobs {
  start(): Promise<void>;
  /** Asks for a planning soon; requests that come together are planned together. */
  requestPlanning(): Promise<void>;
  /** Frees the jobs a process died over (all of them for null), which would otherwise wait for their locks to end. */
  takeOver(owner: string | null, now: Date): Promise<void>;
  /** Lets running jobs finish, at most 10 s. */
  stop(): Promise<void>;
}

const PLAN = 'plan crews';
const PLANNING_DEBOUNCE_MS = 100;
const LONGEST_PLANNING_WAIT_MS = 500;

/** Agenda is never ready when its backend could not connect, and tells nobody: this one remembers how it went. */
class RememberingBackend extends MongoBackend {
  connected: Promise<void> = Promise.resolve();

  override connect(): Promise<void> {
    this.connected = super.connect();
    return this.connected;
  }
}

/** Agenda set up with the jobs above; one process at a time does each of them. `owner` names this process. */
export function createJobs(db: Db, owner: string, work: JobWork, log: Log): Jobs {
  const backend = new RememberingBackend({ mongo: db, collection: AGENDA_JOBS });
  const agenda = new Agenda({
    // Written into each job with its lock.
    name: owner,
    backend,
    notificationChannel: new MongoChangeStreamNotificationChannel({ db, collection: AGENDA_JOBS }),
    processEvery: 250,
    defaultLockLifetime: 60_000,
  });
  const options = { concurrency: 1, lockLimit: 1 };
  const agendaJobs = createAgendaJobStore(db);
  const turns = createPlanningTurnStore(db);
  const planning = createPlanningTurns({ turns, owner, planCrews: () => work.planCrews() });
  agenda.define(PLAN, () => planning.run(), options);
  agenda.define('plan crews sweep', () => planning.run(), options);
  agenda.define('check SLAs', () => work.checkSlas(), options);
  agenda.define('nudge crews', () => work.nudgeCrews(), options);
  agenda.define('recover', () => work.recover(), options);
  agenda.define('receive stock', () => work.receiveStock(), options);
  agenda.define('archive', () => work.archive(), options);
  agenda.on('fail', (error: Error, job: { attrs: { name: string } }) => {
    log.error('A job failed; it runs again at its next turn', { job: job.attrs.name, error });
  });
  agenda.on('error', (error: Error) => log.warn('Agenda lost its footing; it goes on by itself', { error }));
  const requestPlanning = async (): Promise<void> => {
    // Agenda forgets a request that comes while the job is running: this one is kept.
    await turns.want();
    const wait = { maxWait: LONGEST_PLANNING_WAIT_MS };
    await agenda.nowDebounced(PLAN, {}, { name: PLAN }, PLANNING_DEBOUNCE_MS, wait);
  };
  return {
    start: async () => {
      await backend.connected;
      await agenda.start();
      await agenda.every('15 seconds', 'plan crews sweep');
      await agenda.every('5 seconds', 'check SLAs');
      await agenda.every('15 seconds', 'nudge crews');
      await agenda.every('10 seconds', 'recover');
      await agenda.every('1 minute', 'receive stock');
      await agenda.every('1 hour', 'archive');
      // Whoever asked last may have died before the planning.
      await requestPlanning();
    },
    requestPlanning,
    takeOver: async (dead, now) => {
      await agendaJobs.releaseLocks(dead, now);
      // The planning it died over was asked for by others, who do not ask again.
      if (await turns.takeOver(dead)) await requestPlanning();
    },
    stop: async () => {
      planning.stop();
      const isReady = await backend.connected.then(
        () => true,
        () => false,
      );
      if (!isReady) return;
      await agenda.drain(10_000);
      await agenda.stop(false);
    },
  };
}
