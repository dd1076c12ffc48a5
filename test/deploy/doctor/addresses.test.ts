import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FunctionInfo } from '../../../deploy/cloud/look/service-info.ts';
import { healthOf } from '../../../deploy/doctor/checks/health.ts';
import { webhookAnswers } from '../../../deploy/doctor/checks/webhook-answers.ts';
import { deployedChecks } from '../../../deploy/doctor/deployed-checks.ts';
import { runChecks } from '../../../deploy/doctor/run-checks.ts';
import { type Asker, loadFunction, loadHandler } from '../../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../../worlds/test-database.ts';
import { closedPort, PATIENT, startAnswering } from './look.ts';

const TOKEN = 'token-of-all-these-tests';

/** A function as it stands behind its URL. */
async function behindUrl(ask: Asker) {
  return await startAnswering(async (method, path) => await ask(path, { method }));
}

function infos(functions: Record<string, Partial<FunctionInfo>>) {
  const info: FunctionInfo = {
    name: '',
    cloudName: '',
    status: 'Active',
    runtime: 'Nodejs20.19',
    memorySize: 128,
    timeout: 30,
    codeSha256: undefined,
    url: undefined,
    triggers: [],
    undescribed: [],
  };
  const all = Object.entries(functions).map(
    ([name, own]) => [name, { ...info, name, cloudName: `jobwatch-dev-${name}`, ...own }] as const,
  );
  return async () => new Map(all);
}

describe('the functions behind their URLs', () => {
  let cloud: TestCloud;
  let database: TestDatabase;
  let env: Record<string, string>;
  beforeAll(async () => {
    [cloud, database] = await Promise.all([startTestCloud(), startTestDatabase()]);
    env = { ...cloud.env, DATABASE_URL: database.url, API_TOKENS: TOKEN, CALLBACK_TOKEN: TOKEN };
  });
  afterAll(() => Promise.all([cloud.close(), database.close()]));

  it('are well once recheck has swept, and before that the timer is to be looked at', async () => {
    const [describes, apis, callbacks] = await Promise.all(
      ['describe', 'api', 'callback'].map(async (name) => await behindUrl(await loadFunction(name, env))),
    );
    const deployed = infos({
      describe: { url: describes?.url.href },
      api: { url: apis?.url.href },
      callback: { url: callbacks?.url.href },
    });
    const look = () => runChecks(deployedChecks(deployed, false));
    const before = await look();
    expect(before.map(({ ok }) => ok)).toEqual([true, false, false, true, true, true]);
    expect(before[1]).toMatchObject({
      text: expect.stringContaining('recheck has never swept'),
      remedy: expect.stringContaining('timer'),
    });
    const recheck = await loadHandler('recheck', env);
    await recheck({ Type: 'Timer' }, { request_id: 'r-1', time_limit_in_ms: 30_000 });
    expect((await look()).map(({ ok }) => ok)).toEqual([true, true, true, true, true, true]);
  });

  it('are not asked whether they are closed when they were opened on purpose', async () => {
    const abouts = (isOpen: boolean) => deployedChecks(infos({}), isOpen).length;
    expect(abouts(false) - abouts(true)).toBe(2);
  });
});

it('what is not deployed yet is no fault', async () => {
  const absent = infos({ describe: { status: 'absent' }, api: { status: 'absent' } });
  const findings = await runChecks(deployedChecks(absent, false));
  expect(findings.map(({ ok, text }) => [ok, text])).toEqual([
    ['skipped', 'functions: not deployed yet'],
    ['skipped', 'api: not deployed yet'],
    ['skipped', 'describe: not deployed yet'],
    ['skipped', 'describe: not deployed yet'],
    ['skipped', 'api: not deployed yet'],
    ['skipped', 'callback: not deployed yet'],
  ]);
});

it('half a deployment is told, and a function of somebody else', async () => {
  const half = infos({ describe: {}, api: { status: 'UpdateFailed' }, callback: { status: 'foreign' } });
  const [functions] = await runChecks(deployedChecks(half, false));
  expect(functions).toMatchObject({
    ok: false,
    text: 'functions: jobwatch-dev-api is UpdateFailed, jobwatch-dev-callback is foreign',
    remedy: expect.stringContaining('Deploy again'),
  });
});

it('a function that lets strangers in is told', async () => {
  const open = await startAnswering(() => ({ status: 400 }));
  const findings = await runChecks(deployedChecks(infos({ api: { url: open.url.href } }), false));
  expect(findings[4]).toMatchObject({
    ok: false,
    text: expect.stringContaining('a request without a token was answered 400, expected 401'),
    remedy: expect.stringContaining('API_AUTH'),
  });
});

it.each([
  [{ status: 503 }, 'its database does not answer', 'DATABASE_URL'],
  [{ status: 200, body: '<html>' }, '/healthz answered 200, which is not what describe answers', 'Look.'],
  [{ status: 500 }, '/healthz answered 500', 'Look.'],
  [{ status: 200, body: '{"status":"ok"}' }, 'has no database', 'DATABASE_URL'],
  [{ status: 200, body: '{"status":"ok","lastSweepAgeSeconds":61.4}' }, 'last swept 61 s ago', 'timer'],
])('health that is answered with %j is not well', async (answer, text, remedy) => {
  const { url } = await startAnswering(() => answer);
  expect(await healthOf({ about: 'describe', url, remedy: 'Look.' }, PATIENT)).toMatchObject({
    ok: false,
    text: expect.stringContaining(text),
    remedy: expect.stringContaining(remedy),
  });
});

describe('a webhook', () => {
  it('is asked for nothing but its head, and any answer will do', async () => {
    const { url, asked } = await startAnswering(() => ({ status: 405 }));
    expect(await webhookAnswers({ name: 'shop', url: new URL('/hooks/secret', url) }, PATIENT)).toEqual({
      ok: true,
      text: `webhook shop at ${url.host}: answers`,
    });
    expect(asked).toEqual(['HEAD /hooks/secret']);
  });

  it('that fails is told', async () => {
    const { url } = await startAnswering(() => ({ status: 502 }));
    expect(await webhookAnswers({ name: 'shop', url }, PATIENT)).toMatchObject({
      ok: false,
      text: expect.stringContaining('answered 502'),
    });
  });

  it('that is not there is told by its host: the path may be a secret', async () => {
    const url = new URL(`http://127.0.0.1:${await closedPort()}/hooks/secret`);
    const finding = await webhookAnswers({ name: 'shop', url }, PATIENT);
    expect(finding).toMatchObject({
      ok: false,
      text: `webhook shop at ${url.host}: ECONNREFUSED`,
      remedy: expect.stringContaining('WEBHOOKS'),
    });
    expect(JSON.stringify(finding)).not.toContain('secret');
  });
});
