import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Tests that use real processes: one mongod for all of them, and none may leave a process behind. Each file has its own
 * database, ports, home and local Slack, so that they can run beside each other.
 */
const withProcesses = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/leak-check.ts'],
  // Node 20 has the WebSocket client the local Slack's page uses, behind this flag.
  execArgv: ['--experimental-websocket'],
};

/** One more than there are cores: deadlines, leases and repeated calls take time in which nothing works. */
const beside = { maxWorkers: availableParallelism() + 1, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    reporters: ['default'],
    // One fewer than there are cores, as Vitest would have it, leaves half of a small machine idle.
    maxWorkers: '100%',
    // No module keeps a state, so that files share what they import: half of the time would go into imports otherwise.
    isolate: false,
    // How long a wait may last says nothing about what is promised: whatever runs beside it has its share of the cores.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Milliseconds, but for what is tried on many random problems: seconds, and as many minutes at night.
          testTimeout: process.env.TEST_SIZE === 'long' ? 600_000 : 20_000,
        },
      },
      {
        extends: true,
        test: {
          ...withProcesses,
          ...beside,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 40_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          ...withProcesses,
          ...beside,
          // Projects begin in the order of their names: one long file that begins last would leave a core idle.
          name: 'image',
          include: ['test/image/**/*.test.ts'],
          testTimeout: 40_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          ...withProcesses,
          ...beside,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
      {
        extends: true,
        test: {
          ...withProcesses,
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          // Each of them keeps the machine busy with several processes; last, so that a plain fault is told first.
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          ...withProcesses,
          // What is promised in seconds: nothing runs beside it that could take its core away.
          name: 'alone',
          include: ['test/alone/**/*.test.ts'],
          sequence: { groupOrder: 3 },
          testTimeout: 40_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
