import type { Requirements } from '../../core/work/work-order.ts';
import { createRandom } from '../../planner/tours/random.ts';
import { MATERIAL } from '../roster/create-roster.ts';
import type { SimulationOptions } from '../roster/simulation-options.ts';
import type { RepairRequest } from './read-requests.ts';

/** A request as work: what it takes, known as soon as it is reported. */
export interface SimulatedJob extends RepairRequest {
  id: string;
  requirements: Requirements;
}

/**
 * The work behind each request. Durations are spread evenly by ± `durationSpread` percent, in steps of 5 minutes; the
 * same seed gives every request the same duration, whatever the roster.
 */
export function createJobs(
  requests: readonly RepairRequest[],
  options: Pick<SimulationOptions, 'minutes' | 'durationSpread' | 'skill' | 'materials' | 'seed'>,
): SimulatedJob[] {
  const { minutes, durationSpread, skill, materials, seed } = options;
  const random = createRandom(seed);
  return requests.map((request) => {
    const spread = (minutes * durationSpread * (2 * random.next() - 1)) / 100;
    const durationMinutes = spread === 0 ? minutes : Math.max(5, Math.round((minutes + spread) / 5) * 5);
    const needed = materials > 0 ? [{ material: MATERIAL, quantity: materials }] : [];
    const requirements = { skills: [skill], materials: needed, durationMinutes };
    return { ...request, id: `line ${request.line}`, requirements };
  });
}
