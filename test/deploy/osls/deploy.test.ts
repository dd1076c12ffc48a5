import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test as it } from 'vitest';
import type { Runtime } from '../../../emulators/scf/start-runtime.ts';
import { type StandIn, startScf } from '../../../emulators/scf-api/start-scf.ts';
import { readService } from '../../../service/read-service.ts';
import { copyTree, type Run, type Tree } from '../../worlds/osls-run.ts';
import { runDeployed } from '../../worlds/run-deployed.ts';
import { startTestCloud, type TestCloud } from '../../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../../worlds/test-database.ts';

// The whole way, once: `npx osls deploy`, and what the account then has, run on this machine as it is.
const service = readService(fileURLToPath(new URL('../../../serverless.yml', import.meta.url)), {});
const names = service.functions.map(({ name }) => name);
const inCloud = (name: string) => `jobwatch-dev-${name}`;

let folder: string;
let tree: Tree;
let cloud: TestCloud;
let database: TestDatabase;
let account: StandIn;
let env: Record<string, string>;
let deployed: Run;
let runtime: Runtime;
let asDeployed: () => void;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jobwatch-deployed-'));
  [tree, cloud, database] = await Promise.all([copyTree(), startTestCloud(), startTestDatabase()]);
  account = await startScf({
    roles: names.map(inCloud),
    invoke: async (name, event) => {
      const result = await runtime.invoke(name.replace(inCloud(''), ''), event);
      if (!result.ok) throw new Error(result.failure.message);
      return result.value;
    },
  });
  account.settle({ reads: 0 });
  env = {
    CI_BUCKETS: cloud.env.CI_BUCKETS,
    CI_ENDPOINT: cloud.url,
    RULES_BUCKET: 'media-1250000000',
    DATABASE_URL: database.url,
    API_AUTH: 'none',
    CALLBACK_TOKEN: 'a-token-of-a-test',
    TENCENTCLOUD_SECRET_ID: account.credentials.secretId,
    TENCENTCLOUD_SECRET_KEY: account.credentials.secretKey,
    TENCENTCLOUD_ENDPOINT: `http://127.0.0.1:${account.port}`,
  };
  deployed = await tree.osls(['deploy'], env);
  asDeployed = account.keep();
  runtime = await runDeployed(account, service, path.join(folder, 'deployed'));
});
beforeEach(() => {
  asDeployed();
  account.calls.length = 0;
});
afterAll(async () => {
  await runtime.close();
  await Promise.all([account.close(), cloud.close(), database.close(), tree.remove()]);
  await rm(folder, { recursive: true, force: true });
});

it('deploy takes every function of serverless.yml to the account, and says where they answer', () => {
  expect(deployed).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Deployed jobwatch, stage dev, ap-guangzhou'),
  });
  expect(account.functions()).toEqual(names.map(inCloud).sort());
  for (const name of names) expect(account.statusOf(inCloud(name))).toBe('Active');
  for (const name of ['describe', 'api', 'callback']) {
    expect(deployed.stdout).toMatch(new RegExp(`^${name} +${account.urlOf(inCloud(name))}$`, 'm'));
  }
  expect(account.environmentOf(inCloud('api'))['CALLBACK_URL']).toBe(account.urlOf(inCloud('callback')));
});

it('the zips that the account received answer GET /jobs/{id} as they are', async () => {
  const [id = ''] = await cloud.jobs('Success');
  const response = await fetch(`${runtime.url}/jobs/${id}`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ JobsDetail: [{ JobId: id, State: 'Success' }] });
});

it('osls invoke has the deployed code answer the same', async () => {
  const [id = ''] = await cloud.jobs('Running');
  const event = { httpMethod: 'GET', path: `/jobs/${id}`, headers: {}, queryString: {}, body: '' };
  const { code, stdout } = await tree.osls(['invoke', '-f', 'describe', '-d', JSON.stringify(event)], env);
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer.statusCode).toBe(200);
  expect(JSON.parse(answer.body)).toMatchObject({ JobsDetail: [{ JobId: id, State: 'Running' }] });
});

it('an object trigger stands for the prefix of the rule, and one for what it makes', () => {
  expect(account.placesOf(inCloud('on-object'))).toEqual(['clips/*', 'gifs/*.gif']);
});

it('deploy again says that nothing had to change, and writes nothing', async () => {
  const again = await tree.osls(['deploy'], env);
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing had to change') });
  expect(account.writes()).toEqual([]);
});

it('deploy --plan shows a changed setting and writes nothing', async () => {
  const plan = await tree.osls(['deploy', '--plan'], { ...env, LOG_LEVEL: 'debug' });
  expect(plan).toMatchObject({ code: 0, stdout: expect.stringMatching(/describe: .*LOG_LEVEL/) });
  expect(account.writes()).toEqual([]);
});

it('deploy -f brings that function up to date and no other', async () => {
  expect((await tree.osls(['deploy', '-f', 'recheck'], { ...env, LOG_LEVEL: 'debug' })).code).toBe(0);
  expect(new Set(account.writes().map((write) => write.split(' ')[1]))).toEqual(
    new Set([inCloud('recheck')]),
  );
});

it.each([
  ['deploy', '--plan'],
  ['deploy', '-f', 'recheck'],
])('settings that would stop functions are refused by %s %s before anything is asked', async (...args) => {
  const { code, stdout } = await tree.osls(args, { ...env, CI_BUCKETS: 'hush' });
  expect(code).toBe(1);
  expect(stdout).toMatch(/recheck: CI_BUCKETS: expected bucket-appid@region/);
  expect(stdout).not.toContain('hush');
  expect(account.calls).toEqual([]);
});

it('remove takes --yes where nobody can be asked', async () => {
  expect((await tree.osls(['remove'], env)).stdout).toContain('expected --yes');
  expect((await tree.osls(['remove', '--yes'], env)).code).toBe(0);
  expect(account.functions()).toEqual([]);
});
