import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, test as it, onTestFinished } from 'vitest';
import { carriersOf } from '../../../deploy/doctor/cam.ts';
import { apiEndpointOf } from '../../../deploy/settings/api-endpoint.ts';
import { credentialsOf } from '../../../deploy/settings/credentials.ts';

/** What the script tells to set, once it has told all. */
async function serve(): Promise<Record<string, string>> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'emulators/scf-api/rehearse.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const env: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value = ''] = /^export ([A-Z_]+)=(\S+)$/.exec(line) ?? [];
    if (name !== undefined) env[name] = value;
    if (Object.keys(env).length === 3) break;
  }
  return env;
}

it('what the stand-in prints leads to an account with the roles of both stages', async () => {
  const env = await serve();
  const cloud = {
    credentials: credentialsOf(env),
    apiEndpoint: apiEndpointOf(env),
    ciEndpoint: undefined,
    cosEndpoint: undefined,
    now: Date.now,
  };
  expect(cloud.apiEndpoint?.hostname).toBe('127.0.0.1');
  for (const role of ['jobwatch-dev-describe', 'jobwatch-prod-recheck']) {
    expect(await carriersOf(cloud, role, new AbortController().signal)).toEqual(['scf.qcloud.com']);
  }
});
