import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { credentialsAccepted } from '../../../deploy/doctor/checks/credentials-accepted.ts';
import { functionsActive } from '../../../deploy/doctor/checks/functions-active.ts';
import { roleExists } from '../../../deploy/doctor/checks/role-exists.ts';
import type { CloudAccess } from '../../../deploy/doctor/cloud-access.ts';
import { cloudChecks } from '../../../deploy/doctor/cloud-checks.ts';
import { deployedFunctions } from '../../../deploy/doctor/deployed-functions.ts';
import { type StandIn, startScf } from '../../../emulators/scf-api/start-scf.ts';
import { readService } from '../../../service/read-service.ts';
import { accessToApi, PATIENT } from './look.ts';

const ROLE = { name: 'jobwatch-dev-describe', carrier: 'scf.qcloud.com', remedy: 'Make it.' };
const service = readService('serverless.yml', {
  CI_BUCKETS: 'media-1250000000@ap-guangzhou,archive-1250000000@ap-guangzhou',
});

let standIn: StandIn;
let access: CloudAccess;
beforeAll(async () => {
  standIn = await startScf({ roles: [ROLE.name] });
  access = accessToApi(standIn);
});
afterAll(() => standIn.close());

it('credentials that are accepted are told by their account, and never shown', async () => {
  const { ok, text } = await credentialsAccepted(access, 'ap-guangzhou', PATIENT);
  expect([ok, text]).toEqual([true, 'credentials: accepted, of account 1250000000']);
  expect(text).not.toContain(access.credentials.secretId);
});

it('credentials that are refused are told by the code of the API', async () => {
  const credentials = { ...access.credentials, secretKey: randomBytes(16).toString('hex') };
  const finding = await credentialsAccepted({ ...access, credentials }, 'ap-guangzhou', PATIENT);
  expect(finding).toMatchObject({
    ok: false,
    text: 'credentials: AuthFailure.SignatureFailure',
    remedy: expect.stringContaining('TENCENTCLOUD_SECRET_ID'),
  });
  expect(JSON.stringify(finding)).not.toContain(credentials.secretKey);
});

it('a role that functions may take on is well', async () => {
  expect(await roleExists(access, ROLE, PATIENT)).toMatchObject({ ok: true });
});

it('a role that is missing is told with how to make it', async () => {
  const finding = await roleExists(access, { ...ROLE, name: 'jobwatch-dev-api' }, PATIENT);
  expect(finding).toEqual({
    ok: false,
    text: 'role jobwatch-dev-api: does not exist',
    remedy: 'Make it.',
  });
});

it('a role that another service may take on is no use', async () => {
  expect(await roleExists(access, { ...ROLE, carrier: 'ci.qcloud.com' }, PATIENT)).toMatchObject({
    ok: false,
    text: 'role jobwatch-dev-describe: ci.qcloud.com may not take it on',
    remedy: expect.stringContaining('角色载体'),
  });
});

it('the right to ask for roles is named when it is missing', async () => {
  standIn.faults.failAt(1, { code: 'UnauthorizedOperation' });
  expect(await roleExists(access, ROLE, PATIENT)).toMatchObject({
    ok: false,
    text: 'role jobwatch-dev-describe: UnauthorizedOperation',
    remedy: expect.stringContaining('npx osls policy'),
  });
});

it('before the first deployment nothing is missing', async () => {
  expect(await functionsActive(deployedFunctions(access, service))).toEqual({
    ok: 'skipped',
    text: 'functions: not deployed yet',
  });
});

it('the functions are asked for once, however many want to know', async () => {
  const deployed = deployedFunctions(access, service);
  standIn.calls.length = 0;
  await Promise.all([deployed(), deployed(), functionsActive(deployed)]);
  expect(standIn.calls.filter(({ action }) => action === 'GetCallerIdentity')).toHaveLength(1);
});

it('every bucket and every role of the service is looked at, and the role of Cloud Infinite', () => {
  expect(cloudChecks(access, service).map(({ about }) => about)).toEqual([
    'credentials',
    'clock',
    'bucket media-1250000000',
    'Cloud Infinite, bucket media-1250000000',
    'bucket archive-1250000000',
    'Cloud Infinite, bucket archive-1250000000',
    'role jobwatch-dev-api',
    'role jobwatch-dev-describe',
    'role jobwatch-dev-callback',
    'role jobwatch-dev-on-object',
    'role jobwatch-dev-recheck',
    'role CI_QCSRole',
    'PassRole',
  ]);
});

it('whether roles may be passed is not claimed to be known', async () => {
  const check = cloudChecks(access, service).find(({ about }) => about === 'PassRole');
  const finding = await check?.run(PATIENT);
  expect(finding).toMatchObject({
    ok: 'skipped',
    text: expect.stringMatching(/only a deployment tells.*cam:PassRole/),
  });
  const [, heading = 'none'] = /docs\/permissions\.md, ([^)]*)\)/.exec(finding?.text ?? '') ?? [];
  expect(readFileSync('docs/permissions.md', 'utf8')).toMatch(
    new RegExp(`^## ${heading}\n[^#]*\\| \`cam:PassRole\` \\| the functions' roles`, 'm'),
  );
});

it('a rule with a template has it looked at', () => {
  const rules = service.rules.map((rule) => ({ ...rule, job: { TemplateId: 't1' } }));
  const abouts = cloudChecks(access, { ...service, rules }).map(({ about }) => about);
  expect(abouts).toContain('rule clips-to-gif');
});
