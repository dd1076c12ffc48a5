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
const WARM_ROUNDS = 5;
const WARM_ANSWERS = '1500';
const WARM_GOAL = 2;
const CREDENTIALS = { secretId: 'bench', secretKey: 'bench-key' };

interface Told {
  readonly cpuMs: number;
  readonly wallMs?: number;
}

type Ask = (script: string, file: string, ...args: string[]) => Promise<Told>;

const FILES = {
  empty: path.join(PEERS, 'empty-handler.cjs'),
  ours: DESCRIBE,
  theirs: path.join(PEERS, 'official-handler.cjs'),
};
const PEER = 'a handler on cos-nodejs-sdk-v5';

/** Runs scripts against a local cloud with one finished job. */
async function withJob<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  if (!existsSync(DESCRIBE)) throw new Error('dist/describe is not there: run `npm run build` first');
  const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
  const place = { bucket: 'media-1250000000', region: 'ap-guangzhou' };
  const cloud = await startCloud({ port: 0, dataDir, ...place, ffmpeg: 'none', ...CREDENTIALS });
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
    return await work(async (script, file, ...args) => {
      const given = [path.join(PEERS, script), file, `/jobs/${JobIds[0]}`, ...args];
      const { stdout } = await run(process.execPath, given, { env });
      return JSON.parse(stdout.split('\n').at(-1) ?? '') as Told;
    });
  } finally {
    await cloud.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Import and first answer in a fresh process, in turn with the peer and with a handler that does nothing. */
export const starts = (): Promise<Figure[]> =>
  withJob(async (ask) => {
    const cpu = { empty: [] as number[], ours: [] as number[], theirs: [] as number[] };
    const wall = { empty: [] as number[], ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of ['empty', 'ours', 'theirs'] as const) {
        const told = await ask('first-answer.cjs', FILES[name]);
        cpu[name].push(told.cpuMs);
        wall[name].push(told.wallMs ?? Number.NaN);
      }
    }
    const above = (times: typeof cpu, name: 'ours' | 'theirs') => median(times[name]) - median(times.empty);
    const figure = (what: string, times: typeof cpu): Figure => {
      const [ours, theirs] = [above(times, 'ours'), above(times, 'theirs')];
      const command = 'npm run bench -- start';
      return {
        figure: what,
        peer: PEER,
        ours,
        theirs,
        unit: 'ms',
        ratio: theirs / ours,
        goal: 1 / GOAL,
        command,
      };
    };
    return [
      figure('import + first answer of describe, processor time', cpu),
      figure('import + first answer of describe, wall', wall),
    ];
  });

/** An instance that answers the same question again and again: processor time an answer. */
export const warmAnswers = (): Promise<Figure[]> =>
  withJob(async (ask) => {
    const cpu = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < WARM_ROUNDS; round += 1)
      for (const name of ['ours', 'theirs'] as const)
        cpu[name].push((await ask('warm-answers.cjs', FILES[name], WARM_ANSWERS)).cpuMs);
    const [ours, theirs] = [median(cpu.ours), median(cpu.theirs)];
    const command = 'npm run bench -- warm';
    const figure = 'warm answer of describe, one instance, processor time';
    return [{ figure, peer: PEER, ours, theirs, unit: 'ms', ratio: theirs / ours, goal: WARM_GOAL, command }];
  });
