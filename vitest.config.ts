import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres-server.ts', 'test/support/bundles.ts'],
    include: ['test/**/*.test.ts'],
    // What a function logs is shown for a test that fails only.
    silent: 'passed-only',
    // Most tests wait for sockets and processes, not for the processor.
    maxWorkers: 4,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
