import { afterAll, beforeAll } from 'vitest';
import { type CrewlineOptions, startCrewline, type TestCrewline } from './crewline.ts';
import { type TestDatabase, useDatabase } from './mongo.ts';

/** A product that the tests share; it ends by itself. */
export interface SharedCrewline extends Omit<TestCrewline, 'close'> {
  database: TestDatabase;
}

/**
 * The product with a database of its own, started before the tests of the calling file or `describe` and ended after
 * them. Call it at the top of either. Throws when it is used outside a test or a later hook: it does not run yet.
 * Hooks end in the reverse order, so what Crewline needs until its end is to be ended by an `afterAll` above the call.
 */
export function useCrewline(options: CrewlineOptions = {}): SharedCrewline {
  const database = useDatabase();
  let started: TestCrewline | undefined;
  beforeAll(async () => {
    started = await startCrewline(database, options);
  });
  afterAll(() => started?.close());

  const running = (): TestCrewline => {
    if (started) return started;
    throw new Error('Crewline does not run yet: use it inside a test, or a hook after useCrewline().');
  };
  return {
    database,
    get slack() {
      return running().slack;
    },
    get url() {
      return running().url;
    },
    api: (...request) => running().api(...request),
    kill: () => running().kill(),
    stop: () => running().stop(),
    start: () => running().start(),
    startAnother: () => running().startAnother(),
    output: () => running().output(),
  };
}
