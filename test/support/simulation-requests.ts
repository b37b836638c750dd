import { REAL_PLANNER } from '../../src/simulation/replay/make-plan.ts';
import {
  chooseRange,
  type SimulationResult,
  simulateRoster,
} from '../../src/simulation/replay/simulate-roster.ts';
import type { SimulatedWorld } from '../../src/simulation/replay/simulation-state.ts';
import { createJobs } from '../../src/simulation/requests/create-jobs.ts';
import { readRequests } from '../../src/simulation/requests/read-requests.ts';
import { createRoster } from '../../src/simulation/roster/create-roster.ts';
import { parseOptions } from '../../src/simulation/roster/simulation-options.ts';

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
