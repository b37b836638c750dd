/**
 * What the largest tests take: `usual` is the least that still finds what they look for, and keeps `npm test` quick;
 * `long` is for the night (`npm run test:long`, `npm run chaos`).
 */
const SIZES = {
  /** Workflow runs of the chaos test. */
  CHAOS_RUNS: { usual: 100, long: 2_000 },
  /** Kills of its workers; with every fourth of them, but not more often than each fifth, the database crashes too. */
  CHAOS_KILLS: { usual: 8, long: 200 },
  /** Runs in flight when every worker is killed. */
  RECOVERY_RUNS: { usual: 60, long: 200 },
  /** Runs started at once on two processes, from the request to the finished work. */
  RUSH_RUNS: { usual: 50, long: 200 },
  /** Orders that two planners plan at once. */
  RUSH_ORDERS: { usual: 150, long: 500 },
  /** Random events in the planner's world. */
  PLANNER_EVENTS: { usual: 300, long: 10_000 },
  /** Random problems that a rule of the planner is tried on. */
  PLANNER_PROBLEMS: { usual: 50, long: 1_000 },
  /** Random schedules of two simulated processes. */
  SIMULATION_SCHEDULES: { usual: 2_000, long: 20_000 },
} as const;

/** The size of this test run: what the variable of that name says, else by TEST_SIZE, `usual` unless it is `long`. */
export function testSize(name: keyof typeof SIZES): number {
  const size = process.env.TEST_SIZE ?? 'usual';
  if (size !== 'usual' && size !== 'long') throw new Error(`TEST_SIZE is usual or long, not ${size}`);
  return Number(process.env[name] ?? SIZES[name][size]);
}
