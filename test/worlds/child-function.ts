import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { bundle } from '../../deploy/build/bundle.ts';
import { type EventAnswer, startInstance } from '../../emulators/scf/instance.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import { CREDENTIALS } from './test-cloud.ts';

/** Puts the process's wall clock forward by what a file says, read whenever the time is asked for. */
const SHIFTED_CLOCK = `
  const { readFileSync } = require('node:fs');
  const now = Date.now;
  Date.now = () => now() + Number(readFileSync(process.env.CLOCK_FILE, 'utf8')) * 1000;`;

export interface ChildFunction {
  /** Hands over one event; resolves with the answer, or with how the process ended. */
  run(event?: unknown): Promise<EventAnswer>;
  /** SIGSTOP: nothing of it goes on until `wake`. */
  stop(): void;
  wake(): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** What the process takes for the time, from now on: later than it is by so many seconds. */
  putClockForward(seconds: number): Promise<void>;
}

/** A process of its own that runs the bundle which would be deployed, until the test ends. */
export async function startChildFunction(
  name: string,
  env: Record<string, string>,
  rules: readonly Rule[] = [],
): Promise<ChildFunction> {
  const outdir = await mkdtemp(path.join(tmpdir(), 'jobwatch-child-'));
  onTestFinished(() => rm(outdir, { recursive: true, force: true }));
  const [built] = await bundle({ names: [name], outdir, rules });
  if (built === undefined) throw new Error(`no bundle of ${name}`);
  const clockFile = path.join(outdir, 'seconds');
  const preload = path.join(outdir, 'shifted-clock.cjs');
  await writeFile(clockFile, '0');
  await writeFile(preload, SHIFTED_CLOCK);
  const instance = startInstance({
    file: built.file,
    exportName: 'main_handler',
    memoryLimitMb: 128,
    environment: { ...env, CLOCK_FILE: clockFile, NODE_OPTIONS: `--require ${preload}` },
    freeze: false,
    onLine: (line) => console.log(`${name}: ${line}`),
  });
  const kill = async () => {
    instance.kill();
    await instance.exited;
  };
  onTestFinished(kill);
  const loaded = await instance.loaded;
  if (loaded.kind !== 'loaded') throw new Error(`${name} did not load: ${JSON.stringify(loaded)}`);
  const signal = (name: NodeJS.Signals) => {
    if (instance.pid !== undefined) process.kill(instance.pid, name);
  };
  return {
    run: (event = {}) =>
      instance.run({ event: JSON.stringify(event), context: CONTEXT, credentials: CREDENTIALS }, 60_000),
    stop: () => signal('SIGSTOP'),
    wake: () => signal('SIGCONT'),
    kill,
    putClockForward: (seconds) => writeFile(clockFile, String(seconds)),
  };
}

const CONTEXT = {
  request_id: 'child',
  function_name: 'child',
  function_version: '$LATEST',
  namespace: 'default',
  memory_limit_in_mb: 128,
  time_limit_in_ms: 60_000,
  tencentcloud_region: 'ap-guangzhou',
  tencentcloud_appid: '1250000000',
  tencentcloud_uin: '100000000001',
  environment: '{}',
};
