import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Credentials } from '../../emulators/scf/messages.ts';
import { startRuntime } from '../../emulators/scf/start-runtime.ts';
import type { Service, ServiceFunction } from '../../service/service.ts';
import { bundle } from '../build/bundle.ts';

/**
 * Runs one function once on this machine, as the platform would, with the environment of serverless.yml.
 *
 * @param credentials what it finds as its role's
 * @param say told each line that it logs
 * @returns what the function returned
 * @throws Error when it failed
 */
export async function invokeLocal(
  fn: ServiceFunction,
  event: unknown,
  { service, credentials, say }: { service: Service; credentials: Credentials; say: (line: string) => void },
): Promise<unknown> {
  const distDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-invoke-'));
  try {
    await bundle({ names: [fn.name], outdir: distDir, rules: service.rules });
    const runtime = await startRuntime({
      port: 0,
      // One event is all that may happen: its timers stand still.
      service: { ...service, functions: [{ ...fn, timers: [] }] },
      distDir,
      credentials,
      log: (entry) => entry.kind === 'line' && say(entry.text),
    });
    try {
      const result = await runtime.invoke(fn.name, event);
      if (result.ok) return result.value;
      throw new Error(`${fn.name}: ${result.failure.code}: ${result.failure.message}`);
    } finally {
      await runtime.close();
    }
  } finally {
    await rm(distDir, { recursive: true, force: true });
  }
}
