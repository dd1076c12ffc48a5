import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from '../deploy/build/bundle.ts';
import { startRuntime } from '../emulators/scf/start-runtime.ts';
import type { Rule } from '../shared/rules/rule.ts';

/** What one run came to. */
export interface Run {
  readonly value: unknown;
  readonly durationMs: number;
  /** of the instance's process, since it began */
  readonly peakMb: number;
}

/** One function as it is deployed, in an instance of its own with 128 MB and a minute. */
export async function startHostedFunction(
  name: string,
  environment: Record<string, string>,
  rules: readonly Rule[] = [],
) {
  const distDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-dist-'));
  await bundle({ names: [name], outdir: distDir, rules });
  const runtime = await startRuntime({
    port: 0,
    distDir,
    credentials: { secretId: 'bench', secretKey: 'bench-secret' },
    service: {
      name: 'bench',
      region: 'ap-guangzhou',
      runtime: 'Nodejs20.19',
      rules: [],
      functions: [
        {
          name,
          handler: 'index.main_handler',
          description: '',
          memorySize: 128,
          timeout: 60,
          environment,
          routes: [],
          timers: [],
          objectTriggers: [],
          asyncTrigger: { retryNum: 0, msgTTL: 60 },
          instances: 1,
        },
      ],
    },
  });
  return {
    async run(event: object = {}): Promise<Run> {
      const result = await runtime.invoke(name, event);
      if (!result.ok) throw new Error(result.failure.message);
      return {
        value: result.value,
        durationMs: result.durationMs,
        peakMb: result.peakMemoryBytes / 2 ** 20,
      };
    },
    async close(): Promise<void> {
      await runtime.close();
      await rm(distDir, { recursive: true, force: true });
    },
  };
}
