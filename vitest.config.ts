import { defineConfig } from 'vitest/config';

/** Tests that use real processes: one mongod for all of them, and none may leave a process behind. */
const withProcesses = {
  globalSetup: ['test/support/global-setup.ts'],
  setupFiles: ['test/support/leak-check.ts'],
  // Node 20 has the WebSocket client the local Slack's page uses, behind this flag.
  execArgv: ['--experimental-websocket'],
};

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 5_000 } },
      {
        test: {
          ...withProcesses,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...withProcesses,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          // Whole programs run in these tests: beside other files, their deadlines would measure the machine.
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          ...withProcesses,
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
