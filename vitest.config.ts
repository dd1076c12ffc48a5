import { defineConfig } from 'vitest/config';

const SHORT_SOAK = 'test/soak/short-soak.test.ts';

/** Floods, kills, slow neighbours and jumps of clocks at length: behind `npm run test:all`, so that `npm test` stays short. */
const CHAOS = [
  'test/objects/clock-back.test.ts',
  'test/objects/killed-on-object.test.ts',
  'test/throttle/lanes.test.ts',
  'test/rules/outputs-meet-fuzz.test.ts',
  'test/objects/reconcile-many.test.ts',
  'test/objects/saturated.test.ts',
  'test/objects/thousand-uploads.test.ts',
  'test/deploy/cloud/interrupted.test.ts',
  'test/functions/neighbours.test.ts',
  'test/notify/hanging-endpoint.test.ts',
  'test/notify/many-transitions.test.ts',
  'test/local/postgres/killed.test.ts',
  'test/local/start-database.test.ts',
  'test/sweep/cohort-days.test.ts',
  'test/store/database-restart.test.ts',
  'test/sweep/faults.test.ts',
  'test/sweep/hostile-lists.test.ts',
  'test/watch/killed-*.test.ts',
  'test/sweep/many-jobs.test.ts',
  'test/throttle/rate-shares.test.ts',
  'test/watch/slow-*.test.ts',
  'test/sweep/sweep-errors.test.ts',
];

const together = {
  globalSetup: ['test/worlds/postgres-server.ts', 'test/worlds/bundles.ts'],
  // Most tests wait for sockets and processes, not for the processor.
  maxWorkers: 4,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  sequence: { groupOrder: 0 },
};

export default defineConfig({
  test: {
    // What a function logs is shown for a test that fails only.
    silent: 'passed-only',
    projects: [
      {
        test: { ...together, name: 'parts', include: ['test/**/*.test.ts'], exclude: [SHORT_SOAK, ...CHAOS] },
      },
      { test: { ...together, name: 'chaos', include: CHAOS } },
      {
        // The whole, broken at random: alone, behind all others.
        test: { name: 'soak', include: [SHORT_SOAK], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
