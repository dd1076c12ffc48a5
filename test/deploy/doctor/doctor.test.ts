import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { chooseChecks } from '../../../deploy/doctor/choose-checks.ts';
import { formatFindings } from '../../../deploy/doctor/format-findings.ts';
import { runChecks } from '../../../deploy/doctor/run-checks.ts';
import { startScf } from '../../../emulators/scf-api/start-scf.ts';
import { readService } from '../../../service/read-service.ts';
import { runCloud } from '../../worlds/running-cloud.ts';
import { accessTo, accessToApi, closedPort, startAnswering } from './look.ts';

const run = promisify(execFile);
const HEALTHY = '{"status":"ok","lastSweepAgeSeconds":3.2,"oldestOpenAgeSeconds":null}';

/** What the command prints, and how it ends. */
async function doctor(env: Record<string, string>, ...args: string[]) {
  const clean = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...env };
  return await run(process.execPath, ['--import', 'tsx', 'deploy/doctor/doctor.ts', ...args], {
    env: clean,
  }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
  );
}

it('without credentials it looks at the stack on this machine, and says so', async () => {
  const cloud = await runCloud();
  onTestFinished(() => cloud.close());
  const { url } = await startAnswering(() => ({ status: 200, body: HEALTHY }));
  const { code, output } = await doctor({ PORT: url.port, CI_PORT: String(cloud.cloud.port) });
  expect(output).toContain('the stack on this machine');
  expect(output).toContain(
    `✓ local functions at ${url.host}: answers, with its database; recheck swept 3 s ago`,
  );
  expect(output).toContain('✓ local Cloud Infinite at');
  expect(code).toBe(0);
});

it('what is wrong has its remedy below it, and the command fails', async () => {
  const { url } = await startAnswering(() => ({ status: 404 }));
  const { code, output } = await doctor({ PORT: String(await closedPort()), CI_PORT: url.port });
  expect(output).toMatch(/✗ local functions at \S+: ECONNREFUSED\n {4}Start it: npm start/);
  expect(output).toMatch(
    /✗ local Cloud Infinite at \S+: somebody else answers \(404\)\n {4}Give it another port/,
  );
  expect(code).toBe(1);
});

it('settings that are missing are named together, and one that is wrong by its name', async () => {
  const keys = { TENCENTCLOUD_SECRET_ID: 'id', TENCENTCLOUD_SECRET_KEY: 'key' };
  const missing = await doctor({ ...keys, CI_BUCKETS: 'media-1250000000@ap-guangzhou' }, '--stage', 'prod');
  expect(missing).toEqual({
    code: 1,
    output: expect.stringContaining('✗ settings: DATABASE_URL, API_TOKENS or'),
  });
  expect(missing.output).toContain('.env.prod');
  const env = {
    ...keys,
    CI_BUCKETS: 'media',
    DATABASE_URL: 'x',
    API_TOKENS: 'x',
    CALLBACK_TOKEN: 'x'.repeat(8),
    RULES_BUCKET: 'media-1250000000',
  };
  const service = readService('serverless.yml', env);
  expect(() => chooseChecks({ env, service, now: Date.now })).toThrow(
    'CI_BUCKETS: expected bucket-appid@region',
  );
});

it('with credentials it looks at the account, and shows no secret', async () => {
  const [cloud, standIn] = await Promise.all([runCloud(), startScf()]);
  onTestFinished(async () => void (await Promise.all([cloud.close(), standIn.close()])));
  const hook = await startAnswering(() => ({ status: 204 }));
  const { secretId, secretKey } = accessToApi(standIn).credentials;
  const whsec = `whsec_${randomBytes(24).toString('base64')}`;
  const env = {
    CI_BUCKETS: 'media-1250000000@ap-guangzhou',
    CI_ENDPOINT: accessTo(cloud).ciEndpoint?.origin,
    COS_ENDPOINT: accessTo(cloud).cosEndpoint?.origin,
    DATABASE_URL: `postgres://jobwatch:hidden@127.0.0.1:${await closedPort()}/jobs`,
    WEBHOOKS: JSON.stringify([{ name: 'shop', url: `${hook.url.href}hidden`, secrets: [whsec] }]),
    WEBHOOK_ALLOW_HOSTS: hook.url.hostname,
    API_TOKENS: 'hidden-token-of-everybody',
    CALLBACK_TOKEN: 'hidden-token',
    RULES_BUCKET: 'media-1250000000',
    TENCENTCLOUD_SECRET_ID: secretId,
    TENCENTCLOUD_SECRET_KEY: secretKey,
    TENCENTCLOUD_ENDPOINT: `http://127.0.0.1:${standIn.port}`,
  };
  const service = readService('serverless.yml', env);
  const { about, checks } = chooseChecks({ env, service, now: Date.now });
  const findings = await runChecks(checks);
  const output = `${about}\n${formatFindings(findings)}`;
  expect(output).toContain('jobwatch, stage dev, region ap-guangzhou.');
  expect(output).toContain('✓ credentials: accepted');
  expect(output).toContain('✗ role jobwatch-dev-describe: does not exist');
  expect(output).toContain('✗ database jobs at 127.0.0.1: ECONNREFUSED');
  expect(output).toContain('– functions: not deployed yet');
  expect(output).toContain('✓ webhook shop at');
  for (const secret of ['hidden', whsec, secretId, secretKey]) expect(output).not.toContain(secret);
});

it('a check that never ends is given up, and one that throws takes no other along', async () => {
  let abandoned = false;
  const findings = await runChecks(
    [
      {
        about: 'silence',
        run: (signal) => new Promise(() => signal.addEventListener('abort', () => (abandoned = true))),
      },
      { about: 'noise', run: () => Promise.reject(new Error('boom')) },
      { about: 'calm', run: async () => ({ ok: true, text: 'calm' }) },
    ],
    20,
  );
  expect(findings.map(({ ok, text }) => [ok, text])).toEqual([
    [false, 'silence: no answer within 0.02 s'],
    [false, 'noise: boom'],
    [true, 'calm'],
  ]);
  expect(abandoned).toBe(true);
});
