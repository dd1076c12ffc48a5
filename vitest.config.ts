import { defineConfig } from 'vitest/config';
import { type Project, testFiles } from './test/projects.ts';

const POSTGRES = 'test/worlds/postgres-server.ts';
const BUNDLES = 'test/worlds/bundles.ts';
const FFMPEG = 'test/worlds/ffmpeg.ts';
const NO_PROCESSES = 'test/worlds/no-processes.ts';

/**
 * A limit ends a test that hangs, and says nothing of how fast one is, on whatever machine: no test has a limit of its
 * own. The long ones get more, and so do ten or a hundred times as many tries of chance.
 */
const MINUTE_MS = 60_000;
const FUZZ_MINUTES: Readonly<Record<string, number>> = { short: 30, '1': 600 };
const hungMs = (minutes: number) =>
  Math.max(minutes, FUZZ_MINUTES[process.env['FUZZ'] ?? ''] ?? 0) * MINUTE_MS;

interface Needs {
  readonly minutes?: number;
  readonly groupOrder?: number;
  /** Whether each file has its modules for itself. What shares none with the outside shares them with its like: half the time. */
  readonly isolate?: boolean;
  readonly globalSetup?: string[];
  readonly setupFiles?: string[];
}

const project = (name: Project, { minutes = 5, groupOrder = 0, ...needs }: Needs) => ({
  test: {
    name,
    include: testFiles(name),
    // Most tests wait for sockets and processes, not for the processor.
    maxWorkers: 3,
    testTimeout: hungMs(minutes),
    hookTimeout: hungMs(minutes),
    sequence: { groupOrder },
    ...needs,
  },
});

export default defineConfig({
  test: {
    // What a function logs is shown for a test that fails only.
    silent: 'passed-only',
    projects: [
      project('pure', { setupFiles: [NO_PROCESSES], isolate: false }),
      project('store', { globalSetup: [POSTGRES], setupFiles: [NO_PROCESSES], isolate: false }),
      project('process', { globalSetup: [POSTGRES, BUNDLES, FFMPEG] }),
      project('browser', { globalSetup: [POSTGRES, BUNDLES, FFMPEG] }),
      project('chaos', { minutes: 20, globalSetup: [POSTGRES, BUNDLES, FFMPEG] }),
      // The whole, broken at random: alone, behind all others.
      project('soak', { minutes: 20, groupOrder: 1 }),
    ],
  },
});
