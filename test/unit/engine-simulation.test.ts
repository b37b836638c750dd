import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlantedBug } from '../support/simulation-worker.ts';
import { ACTIONS, type ActionKind, SimulatedWorld } from '../support/simulation-world.ts';
import { testSize } from '../support/test-size.ts';

const SCHEDULES = testSize('SIMULATION_SCHEDULES');
const SEED = process.env.SIMULATION_SEED === undefined ? {} : { seed: Number(process.env.SIMULATION_SEED) };

const action = fc.record({
  kind: fc.constantFrom(...ACTIONS),
  worker: fc.nat({ max: 1 }),
  pick: fc.nat({ max: 5 }),
});
const schedule = fc.tuple(
  fc.nat({ max: 1 }),
  fc.array(action, { minLength: 20, maxLength: 90, size: 'max' }),
);

/** Two processes move one run through a schedule of steps, crashes, repetitions and jumps of the clock. */
const nothingBreaks = (bug: PlantedBug | null) =>
  fc.property(schedule, ([source, actions]) => {
    const world = new SimulatedWorld(source, bug);
    for (const one of actions) if (world.broken.length === 0) world.act(one);
    const isOver = world.broken.length === 0 && world.finish();
    if (world.broken.length > 0) throw new Error(world.broken.join('; '));
    if (!isOver || world.run.closing) throw new Error(`it never ends: ${JSON.stringify(world.run.steps)}`);
  });

describe('two processes over one store', () => {
  it(`keep a run whole in ${SCHEDULES} random schedules`, { timeout: 300_000 }, () => {
    fc.assert(nothingBreaks(null), { ...SEED, numRuns: SCHEDULES });
  });

  it.each<PlantedBug>([
    'storeWithoutFence',
    'driverIgnoresToken',
    'resultNotBoundToAttempt',
    'leaseTakenFromTheLiving',
    'followsStaleLooks',
  ])('are caught with a planted bug: %s', { timeout: 60_000 }, (bug) => {
    const found = fc.check(nothingBreaks(bug), { seed: 1, numRuns: SCHEDULES, endOnFailure: true });
    expect(found.failed).toBe(true);
  });

  it('do not take a lease that its owner goes on renewing, however long ago they saw it', () => {
    const act = (world: SimulatedWorld, worker: number, ...kinds: ActionKind[]) => {
      for (const kind of kinds) world.act({ kind, worker, pick: 1 });
    };
    const play = (bug: PlantedBug | null): string[] => {
      const world = new SimulatedWorld(1, bug);
      act(world, 0, 'jump', 'sweep', 'flush', 'answer');
      act(world, 1, 'event', 'flush', 'answer');
      act(world, 0, 'beat', 'beat', 'beat', 'beat');
      act(world, 1, 'more', 'flush', 'answer');
      return world.broken;
    };
    expect(play(null)).toEqual([]);
    expect(play('remembersForeignLeases')).toEqual([expect.stringMatching(/^b1 took a lease that a1 held$/)]);
  });
});
