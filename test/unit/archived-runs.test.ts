import { expect, it } from 'vitest';
import { createRuns, type RunsDeps } from '../../src/management/runs.ts';
import { SEED, startForTest } from '../support/runs.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';

const ended = { ...startForTest(SEED), status: 'completed' as const, endedAt: new Date() };

/** The facade over an installation in which every run lies in the archive. */
const runs = createRuns({
  agency: makeAgency([makeCrew('north')]),
  stores: { runs: { find: async () => null }, archive: { find: async () => ended } },
  orchestrator: {},
} as unknown as RunsDeps);

it.each([
  ['called off', () => runs.cancel(ended._id, 'api', 'too late')],
  ['tried again', () => runs.retry(ended._id, 'api')],
])(
  'a run in the archive is refused to be %s because it has ended, not because it is unknown',
  async (_what, act) => {
    expect(await act()).toEqual({ refused: `${ended._id} has already ended (completed).` });
  },
);
