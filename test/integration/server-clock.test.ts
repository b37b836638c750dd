import { afterEach, expect, it, vi } from 'vitest';
import { startServerClock } from '../../src/store/mongo/server-clock.ts';
import { useDatabase } from '../support/mongo.ts';

const { db } = useDatabase();
const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

it("goes on evenly when this machine's clock is put forward by an hour", async () => {
  const clock = await startServerClock(db);
  const began = performance.now();
  const before = clock.now().getTime();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR_MS });
  const passed = clock.now().getTime() - before;
  expect(Math.abs(passed - (performance.now() - began))).toBeLessThan(1_000);
  await clock.adjust();
  expect(clock.now().getTime() - before).toBeLessThan(HOUR_MS / 2);
  clock.stop();
});

it('tells the time of the server, however far off this machine counts', async () => {
  const clock = await startServerClock(db, () => performance.now() + 5 * HOUR_MS);
  const { localTime } = await db.command({ hello: 1 });
  expect(Math.abs(clock.now().getTime() - localTime.getTime())).toBeLessThan(1_000);
  clock.stop();
});
