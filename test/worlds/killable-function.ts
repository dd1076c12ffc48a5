import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { bundle } from '../../deploy/build/bundle.ts';
import { type Instance, startInstance } from '../../emulators/scf/instance.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import { CREDENTIALS } from './test-cloud.ts';

const TIMEOUT_MS = 60_000;

export interface KillableFunction {
  /**
   * Hands an event over, again and again until a process lives long enough to answer, as the platform does.
   * @param killAfterMs of the first process that gets it; undefined: it is left alone
   */
  deliver(event: object, killAfterMs?: number): Promise<void>;
  /** How many processes were killed while they worked. */
  readonly killed: () => number;
}

/** A function in a process of its own, which is started anew whenever it is gone. */
export async function startKillableFunctions(
  name: string,
  count: number,
  env: Record<string, string>,
  rules: readonly Rule[],
): Promise<KillableFunction[]> {
  const outdir = await mkdtemp(path.join(tmpdir(), 'jobwatch-killable-'));
  onTestFinished(() => rm(outdir, { recursive: true, force: true }));
  const [built] = await bundle({ names: [name], outdir, rules });
  if (built === undefined) throw new Error(`no bundle of ${name}`);
  return Array.from({ length: count }, () => killable(name, built.file, env));
}

function killable(name: string, file: string, environment: Record<string, string>): KillableFunction {
  let current: Instance | undefined;
  let killed = 0;
  onTestFinished(async () => {
    current?.kill();
    await current?.exited;
  });
  const living = async () => {
    if (current?.alive) return current;
    current = startInstance({
      file,
      exportName: 'main_handler',
      memoryLimitMb: 128,
      environment,
      freeze: false,
      onLine: () => undefined,
    });
    const loaded = await current.loaded;
    if (loaded.kind !== 'loaded') throw new Error(`${name} did not load: ${JSON.stringify(loaded)}`);
    return current;
  };
  return {
    killed: () => killed,
    async deliver(event, killAfterMs) {
      const message = { event: JSON.stringify(event), context: CONTEXT, credentials: CREDENTIALS };
      let doomed = killAfterMs !== undefined;
      for (;;) {
        const instance = await living();
        const timer = doomed ? setTimeout(instance.kill, killAfterMs) : undefined;
        doomed = false;
        const answer = await instance.run(message, TIMEOUT_MS);
        clearTimeout(timer);
        if (answer.kind === 'returned') return;
        if (answer.kind !== 'exited') throw new Error(`${name}: ${JSON.stringify(answer)}`);
        killed += 1;
      }
    },
  };
}

const CONTEXT = {
  request_id: 'killable',
  function_name: 'killable',
  function_version: '$LATEST',
  namespace: 'default',
  memory_limit_in_mb: 128,
  time_limit_in_ms: TIMEOUT_MS,
  tencentcloud_region: 'ap-guangzhou',
  tencentcloud_appid: '1250000000',
  tencentcloud_uin: '100000000001',
  environment: '{}',
};
