/**
 * How long the built functions, and the command line, take to import, each in a fresh process: what a cold start costs beside the platform's
 * own part. The time from before `require` to after it, Node's own start left out.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from './median.ts';

/** On an idle machine. */
const LIMIT_MS = 45;
const COMMAND_LINE_LIMIT_MS = 80;
const COMMAND_LINE = 'command line';
const NAMES = ['api', 'describe', 'callback', 'on-object', 'recheck', 'deliver'];
const ROUNDS = 20;

const root = fileURLToPath(new URL('..', import.meta.url));
/** Enough for a function to start; nothing is asked and nothing connected while it is imported. */
const env = {
  PATH: process.env['PATH'],
  CI_BUCKETS: 'media-1250000000@ap-guangzhou',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  API_AUTH: 'none',
};
const SCRIPT = `
  const started = process.hrtime.bigint();
  require(process.argv[1]);
  console.log(Number(process.hrtime.bigint() - started) / 1e6);`;

const dist = path.join(root, process.argv[2] ?? 'dist');
const files = new Map(NAMES.map((name) => [name, path.join(dist, name, 'index.js')]));
files.set(COMMAND_LINE, path.join(dist, 'cli/jobwatch.js'));
const missing = [...files.values()].filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`${missing.join(', ')}: not there; run \`npm run build\` first`);
  process.exit(1);
}

const times = new Map([...files.keys()].map((name) => [name, [] as number[]]));
// In turn, so that a busy moment of the machine meets all of them.
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, file] of files) {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', SCRIPT, file, 'version'], { env });
    times.get(name)?.push(Number(stdout.split('\n')[name === COMMAND_LINE ? 1 : 0]));
  }
}
for (const [name, all] of times) {
  const ms = median(all);
  const limitMs = name === COMMAND_LINE ? COMMAND_LINE_LIMIT_MS : LIMIT_MS;
  const kept = ms <= limitMs;
  const judged = `at most ${limitMs} ms: ${kept ? 'kept' : 'NOT KEPT'}`;
  console.log(`${name.padEnd(12)} ${ms.toFixed(1)} ms (median of ${ROUNDS}), ${judged}`);
  if (!kept) process.exitCode = 1;
}
