import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Runtime, startRuntime } from '../../emulators/scf/start-runtime.ts';
import type { StandIn } from '../../emulators/scf-api/start-scf.ts';
import { cloudName, type Service } from '../../service/service.ts';
import { CREDENTIALS } from './test-cloud.ts';
import { unzip } from './unzip.ts';

/**
 * Runs what an account has: its zips as they are, with the environments that it keeps. Of the repository there is nothing
 * else, and of serverless.yml only timeouts and routes; the timers stand still.
 */
export async function runDeployed(account: StandIn, service: Service, distDir: string): Promise<Runtime> {
  const functions = [];
  for (const fn of service.functions) {
    const inCloud = cloudName(service, fn.name);
    const folder = path.join(distDir, fn.name);
    await mkdir(folder, { recursive: true });
    for (const { name, contents } of await unzip(account.zipOf(inCloud) ?? Buffer.alloc(0))) {
      await writeFile(path.join(folder, name), contents);
    }
    functions.push({ ...fn, environment: account.environmentOf(inCloud), timers: [] });
  }
  return await startRuntime({
    port: 0,
    service: { ...service, functions },
    distDir,
    credentials: CREDENTIALS,
  });
}
