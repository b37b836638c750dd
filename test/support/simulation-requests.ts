import { createJobs } from '../../src/simulation/create-jobs.ts';
import { createRoster } from '../../src/simulation/create-roster.ts';
import { REAL_PLANNER } from '../../src/simulation/make-plan.ts';
import { readRequests } from '../../src/simulation/read-requests.ts';
import { chooseRange, type SimulationResult, simulateRoster } from '../../src/simulation/simulate-roster.ts';
import { parseOptions } from '../../src/simulation/simulation-options.ts';
import type { SimulatedWorld } from '../../src/simulation/simulation-state.ts';

/** A file of requests; places default to one spot in Chicago. */
export function writeRequests(
  rows: readonly { created: string; due?: string; lat?: number; lon?: number }[],
): string {
  const lines = rows.map(
    ({ created, due = '', lat = 41.8, lon = -87.6 }) => `${created},${due},${lat},${lon}`,
  );
  return ['created_at,due_at,lat,lon', ...lines, ''].join('\n');
}

/** Simulates a file with the real planner, in Chicago. `change` may put another roster or planner in its place. */
export function simulateFile(
  text: string,
  written: object,
  change: (world: Omit<SimulatedWorld, 'planSize'>) => Partial<SimulatedWorld> = () => ({}),
): SimulationResult {
  const options = parseOptions({ depots: 1, ...written });
  const { requests } = readRequests(text, 'requests.csv', 'America/Chicago');
  const range = chooseRange(requests, options, 'America/Chicago');
  const roster = createRoster(options, null, requests);
  const world = { roster, options, jobs: createJobs(requests, options), planner: REAL_PLANNER };
  return simulateRoster({ ...world, ...change(world) }, range);
}
