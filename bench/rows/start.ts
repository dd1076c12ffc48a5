import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startCloud } from '../../emulators/ci/start-cloud.ts';
import type { Figure } from '../compare.ts';
import { median } from '../median.ts';

const run = promisify(execFile);
const PEERS = fileURLToPath(new URL('../peers', import.meta.url));
const DESCRIBE = fileURLToPath(new URL('../../dist/describe/index.js', import.meta.url));
const ROUNDS = 30;
/** The share of the peer's cost above an empty handler that ours is to stay under. */
const GOAL = 0.26;
const CREDENTIALS = { secretId: 'bench', secretKey: 'bench-key' };

/** Import and first answer in a fresh process, in turn with the peer and with a handler that does nothing. */
export async function starts(): Promise<Figure[]> {
  if (!existsSync(DESCRIBE)) throw new Error('dist/describe is not there: run `npm run build` first');
  const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
  const cloud = await startCloud({
    port: 0,
    dataDir,
    bucket: 'media-1250000000',
    region: 'ap-guangzhou',
    ffmpeg: 'none',
    ...CREDENTIALS,
  });
  try {
    const made = await fetch(`${cloud.url}/_control/jobs`, {
      method: 'POST',
      body: JSON.stringify({ count: 1, state: 'Success' }),
    });
    const { JobIds } = (await made.json()) as { JobIds: string[] };
    const env = {
      PATH: process.env['PATH'],
      CI_BUCKETS: 'media-1250000000@ap-guangzhou',
      CI_ENDPOINT: cloud.url,
      API_AUTH: 'none',
      LOG_LEVEL: 'error',
      TENCENTCLOUD_SECRETID: CREDENTIALS.secretId,
      TENCENTCLOUD_SECRETKEY: CREDENTIALS.secretKey,
    };
    const files = {
      empty: path.join(PEERS, 'empty-handler.cjs'),
      ours: DESCRIBE,
      theirs: path.join(PEERS, 'official-handler.cjs'),
    };
    const cpu = { empty: [] as number[], ours: [] as number[], theirs: [] as number[] };
    const wall = { empty: [] as number[], ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of ['empty', 'ours', 'theirs'] as const) {
        const script = path.join(PEERS, 'first-answer.cjs');
        const { stdout } = await run(process.execPath, [script, files[name], `/jobs/${JobIds[0]}`], { env });
        const told = JSON.parse(stdout.split('\n').at(-1) ?? '') as { wallMs: number; cpuMs: number };
        cpu[name].push(told.cpuMs);
        wall[name].push(told.wallMs);
      }
    }
    const above = (times: typeof cpu, name: 'ours' | 'theirs') => median(times[name]) - median(times.empty);
    const figure = (what: string, times: typeof cpu): Figure => {
      const [ours, theirs] = [above(times, 'ours'), above(times, 'theirs')];
      const peer = 'a handler on cos-nodejs-sdk-v5';
      const command = 'npm run bench -- start';
      return { figure: what, peer, ours, theirs, unit: 'ms', ratio: theirs / ours, goal: 1 / GOAL, command };
    };
    return [
      figure('import + first answer of describe, processor time', cpu),
      figure('import + first answer of describe, wall', wall),
    ];
  } finally {
    await cloud.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
