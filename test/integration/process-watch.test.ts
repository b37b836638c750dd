import { expect, it } from 'vitest';
import type { MembershipChange } from '../../src/core/agency/role-directory.ts';
import { createProcessWatch } from '../../src/monitor/process-watch.ts';
import { openDatabase } from '../../src/store/mongo/database.ts';
import { createProcessBeatStore } from '../../src/store/processes/process-beats.ts';
import { createSignalStore } from '../../src/store/processes/signals.ts';
import { defer } from '../support/deferred.ts';
import { createEngine, handlerForTest } from '../support/engine.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { useDatabase } from '../support/mongo.ts';

const { db, uri, name } = useDatabase();
const beats = createProcessBeatStore(db);
const log = createMemoryLog();
const LEASE_MS = 3_600_000;

it('has the runs of a process that fell silent finished by another one, long before their leases end', async () => {
  const never = handlerForTest('service', 'S', () => new Promise(() => {}));
  const dead = await createEngine(db, [never], { leaseMs: LEASE_MS });
  const run = await dead.start({ steps: [{ task: 'fix', service: 'S' }] });
  await beats.beat('dead');
  await db.collection('runs').updateOne({ _id: run._id as never }, { $set: { 'lease.owner': 'dead' } });

  const answers = handlerForTest('service', 'S', async () => ({ kind: 'done', output: {} }));
  const alive = await createEngine(db, [answers], { leaseMs: LEASE_MS });
  const ended = alive.ended(run._id);
  const watch = createProcessWatch({
    beats,
    owner: 'alive',
    log,
    takeOver: async (owner) => {
      await alive.orchestrator.takeOver(owner);
      await alive.orchestrator.advanceDue(10);
    },
  });
  watch.start();
  expect(await ended).toMatchObject({ status: 'completed' });
  await watch.stop();
  expect(await db.collection('processes').countDocuments()).toBe(0);
  await alive.stop();
});

it('leaves the living alone, and those who take their leave', async () => {
  const takenOver: string[] = [];
  const takeOver = async (owner: string) => void takenOver.push(owner);
  const watches = ['one', 'two', 'three'].map((owner) => createProcessWatch({ beats, owner, takeOver, log }));
  for (const watch of watches) watch.start();
  const isSeen = async () => (await beats.listOthers('nobody')).some(({ beats: count }) => count > 8);
  await expect.poll(isSeen, { timeout: 10_000 }).toBe(true);
  await watches[0]?.stop();
  expect((await beats.listOthers('two')).map(({ owner }) => owner)).toEqual(['three']);
  for (const watch of watches.slice(1)) await watch.stop();
  expect(takenOver).toEqual([]);
});

it('tells a process that has ended, by its connections, from one that only keeps silent as long', async () => {
  const connect = () => openDatabase(uri, name);
  const [observer, standing, ended] = await Promise.all([connect(), connect(), connect()]);
  await createProcessBeatStore(standing.db).beat('standing');
  await createProcessBeatStore(ended.db).beat('ended');
  await ended.close();
  const keepSilence = setInterval(() => {
    // Longer than one that has ended is waited for, shorter than one that stands.
    const beatAt = { $subtract: ['$$NOW', 700] };
    void db.collection('processes').updateMany({ connection: { $type: 'string' } }, [{ $set: { beatAt } }]);
  }, 10);
  const takenOver: string[] = [];
  const first = defer();
  const takeOver = async (owner: string): Promise<void> => {
    takenOver.push(owner);
    first.resolve();
  };
  const own = createProcessBeatStore(observer.db);
  const watch = createProcessWatch({ beats: own, owner: 'observer', takeOver, log });
  watch.start();
  await first.promise;
  clearInterval(keepSilence);
  await watch.stop();
  expect(takenOver).toEqual(['ended']);
  await Promise.all([observer.close(), standing.close()]);
});

it('is told nothing of connections by a database that does not name our own', async () => {
  expect(await beats.findConnected(['crewline-1'])).toBeNull();
});

it('has every process forget what it heard of somebody, whichever of them Slack told', async () => {
  const [told, other] = [createSignalStore(db), createSignalStore(db)];
  const heard = defer<MembershipChange>();
  const hearing = other.listenToAll(heard.resolve);
  const change = { kind: 'user', id: 'U0OKAFOR' } as const;
  const saying = setInterval(() => void told.announce(change, new Date()), 50);
  expect(await heard.promise).toEqual(change);
  clearInterval(saying);
  await hearing.close();
});
