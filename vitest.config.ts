import { defineConfig } from 'vitest/config';

const SHORT_SOAK = 'test/soak/short-soak.test.ts';

export default defineConfig({
  test: {
    // What a function logs is shown for a test that fails only.
    silent: 'passed-only',
    projects: [
      {
        test: {
          name: 'parts',
          globalSetup: ['test/support/postgres-server.ts', 'test/support/bundles.ts'],
          include: ['test/**/*.test.ts'],
          exclude: [SHORT_SOAK],
          // Most tests wait for sockets and processes, not for the processor.
          maxWorkers: 4,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The whole, broken at random: alone, behind all others.
        test: { name: 'soak', include: [SHORT_SOAK], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
