/**
 * Part of `npm run check`: a bundle that has grown, or takes longer to import than it may, fails it. Whoever has a reason
 * raises a budget here, and says why in the commit.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundle } from './bundle.ts';

const run = promisify(execFile);

/** Kilobytes of each bundle: what it has, and room for a tenth of it at most. */
const MOST_KB: Readonly<Record<string, number>> = {
  api: 220,
  describe: 185,
  callback: 146,
  'on-object': 172,
  recheck: 244,
  deliver: 122,
};
/** Processor time of an import above that of Node itself: 13 to 20 ms with others at work, and checks run side by side. */
const MOST_CPU_MS = 40;
/** The least of several: a busy machine makes it more, and nothing makes it less. */
const ROUNDS = 7;
/** Enough to be imported; nothing is asked and nothing connected meanwhile. */
const ENVIRONMENT = {
  CI_BUCKETS: 'media-1250000000@ap-guangzhou',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  API_AUTH: 'none',
};
const SCRIPT = `
  const before = process.cpuUsage();
  require(process.argv[1]);
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1000);`;

const outdir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bundles-'));
try {
  for (const { name, file, bytes } of await bundle({ names: Object.keys(MOST_KB), outdir })) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { stdout } = await run(process.execPath, ['-e', SCRIPT, file], {
        env: { PATH: process.env['PATH'], ...ENVIRONMENT },
      });
      times.push(Number(stdout));
    }
    const [kb, cpuMs] = [bytes / 1000, Math.min(...times)];
    const mostKb = MOST_KB[name] ?? 0;
    console.log(
      `${name}: ${kb.toFixed(1)} of ${mostKb} KB, imported in ${cpuMs.toFixed(1)} of ${MOST_CPU_MS} ms`,
    );
    if (kb > mostKb || cpuMs > MOST_CPU_MS) process.exitCode = 1;
  }
} finally {
  await rm(outdir, { recursive: true, force: true });
}
