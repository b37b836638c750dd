import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, type Jobs } from '../../src/monitor/jobs.ts';
import { createPlanningTurns } from '../../src/scheduler/planning/plan-in-turns.ts';
import { createPlanningTurnStore } from '../../src/store/work/planning-turns.ts';
import { defer } from '../support/deferred.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';

const database = useDatabase();
const turns = createPlanningTurnStore(database.db);
const started: Jobs[] = [];
const done = async () => {};

beforeEach(async () => {
  for (const name of ['planning_turns', 'jobs']) await database.db.collection(name).deleteMany({});
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((jobs) => jobs.stop()));
});

/** Plannings that are waited for one by one: each takes until it is let go. */
function watchPlannings() {
  const watched = { running: 0, most: 0, count: 0 };
  const begun = [defer(), defer(), defer(), defer()];
  const letGo = [defer(), defer(), defer(), defer()];
  const planCrews = async () => {
    const { count } = watched;
    watched.count += 1;
    watched.running += 1;
    watched.most = Math.max(watched.most, watched.running);
    begun[count]?.resolve();
    await letGo[count]?.promise;
    watched.running -= 1;
    return { isContended: false };
  };
  return { watched, begun, letGo, planCrews };
}

describe('planning', () => {
  it('never overlaps in two processes, and does again what was asked for while it lasted', async () => {
    const { watched, begun, letGo, planCrews } = watchPlannings();
    const work = { planCrews, checkSlas: done, nudgeCrews: done, recover: done, receiveStock: done };
    for (const owner of ['one', 'other']) {
      const jobs = createJobs(database.db, owner, { ...work, archive: done }, createMemoryLog());
      started.push(jobs);
      await jobs.start();
    }
    await begun[0]?.promise;
    await started[1]?.requestPlanning();
    const other = createPlanningTurns({ turns, owner: 'third', planCrews });
    await other.run();
    expect(watched).toMatchObject({ count: 1, most: 1 });
    letGo[0]?.resolve();
    await begun[1]?.promise;
    for (const one of letGo) one.resolve();
    expect(watched.most).toBe(1);
  });

  it('that leaves contended orders behind is done again soon, and in the end left to the sweep', async () => {
    let count = 0;
    const contended = (until: number) => async () => {
      count += 1;
      return { isContended: count < until };
    };
    await createPlanningTurns({ turns, owner: 'one', planCrews: contended(3), firstWaitMs: 1 }).run();
    expect(count).toBe(3);
    count = 0;
    await createPlanningTurns({ turns, owner: 'one', planCrews: contended(1_000), firstWaitMs: 1 }).run();
    expect(count).toBe(6);
  });

  it('lets others have their turn while contended orders wait', async () => {
    const waiting = defer();
    const never = createPlanningTurns({
      turns,
      owner: 'one',
      planCrews: async () => {
        setImmediate(waiting.resolve);
        return { isContended: true };
      },
      firstWaitMs: 60_000,
    });
    const running = never.run();
    await waiting.promise;
    let turn = await turns.take('other', 1_000);
    while (!turn) turn = await turns.take('other', 1_000);
    never.stop();
    await running;
  });

  it('that a process died over is asked for again by the one that takes over', async () => {
    const { begun, letGo, planCrews } = watchPlannings();
    for (const one of letGo) one.resolve();
    expect(await turns.take('dead', 60_000)).not.toBeNull();
    const work = { planCrews, checkSlas: done, nudgeCrews: done, recover: done, receiveStock: done };
    const alive = createJobs(database.db, 'alive', { ...work, archive: done }, createMemoryLog());
    started.push(alive);
    await alive.start();
    const planning = { name: 'plan crews', lastFinishedAt: { $exists: true }, nextRunAt: null };
    const countTried = () => database.db.collection('jobs').countDocuments(planning);
    // It has tried, and found the turn taken.
    while ((await countTried()) === 0) await nextTurn();
    await alive.takeOver('somebody else', new Date());
    expect(await countTried()).toBe(1);
    await alive.takeOver('dead', new Date());
    expect(await countTried()).toBe(0);
    await begun[0]?.promise;
  });

  it('goes on in another process when the one whose turn it was has died, or failed', async () => {
    expect(await turns.take('dead', 60_000)).not.toBeNull();
    expect(await turns.take('other', 60_000)).toBeNull();
    await turns.takeOver('somebody else');
    expect(await turns.take('other', 60_000)).toBeNull();
    await turns.takeOver('dead');
    const failing = () => Promise.reject(new Error('failed'));
    await expect(createPlanningTurns({ turns, owner: 'one', planCrews: failing }).run()).rejects.toThrow();
    expect(await turns.take('other', 0)).not.toBeNull();
    // Its time is over by the server's clock.
    expect(await turns.take('third', 60_000)).not.toBeNull();
  });
});
