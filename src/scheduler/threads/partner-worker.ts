import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { improvePlan } from '../../planner/improve-plan.ts';
import { createTravelMemory } from '../../planner/problem/travel-memory.ts';
import { createPartner } from './partner-port.ts';
import type { PartnerRequest } from './search-partner.ts';

/** As far behind as Linux's `nice` puts what it is asked to put behind. */
const BEHIND = 10;
const memory = createTravelMemory();

// On Linux alone a thread has a priority of its own: this one gets what Slack, the planning thread and MongoDB leave.
if (process.platform === 'linux') {
  try {
    setPriority(0, BEHIND);
  } catch {
    // A sandbox may forbid it; then all threads are served alike.
  }
}

parentPort?.on('message', ({ problem, plan, budget, until, port }: PartnerRequest) => {
  // The machine's clock may have been set in between.
  const milliseconds = Math.min(until - Date.now(), budget.milliseconds);
  if (milliseconds <= 0) return port.close();
  const own = { ...budget, seed: budget.seed + 1, milliseconds };
  improvePlan(
    problem,
    plan,
    own,
    () => performance.now(),
    memory,
    () => createPartner(port, false),
  );
});
