import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bucketBound } from '../../../deploy/doctor/checks/bucket-bound.ts';
import { bucketExists } from '../../../deploy/doctor/checks/bucket-exists.ts';
import { clockDifference } from '../../../deploy/doctor/checks/clock-difference.ts';
import { templateExists } from '../../../deploy/doctor/checks/template-exists.ts';
import type { CloudAccess } from '../../../deploy/doctor/cloud-access.ts';
import { parseRule } from '../../../shared/rules/parse-rule.ts';
import { BUCKET, REGION, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';
import { accessTo, PATIENT } from './look.ts';

const OURS = { name: BUCKET, region: REGION };
const OTHER = { name: 'other-1250000000', region: REGION };

let cloud: TestCloud;
let access: CloudAccess;
let stranger: CloudAccess;
beforeAll(async () => {
  cloud = await runCloud();
  access = accessTo(cloud);
  stranger = {
    ...access,
    credentials: { ...access.credentials, secretKey: randomBytes(16).toString('hex') },
  };
});
afterAll(() => cloud.close());

it('a bucket that is there is read', async () => {
  expect(await bucketExists(access, OURS, PATIENT)).toEqual({
    ok: true,
    text: 'bucket media-1250000000 in ap-guangzhou: exists and can be read',
  });
});

it('a bucket that is not there, or is not ours, is told apart from one that may not be read', async () => {
  expect(await bucketExists(access, OTHER, PATIENT)).toMatchObject({
    ok: false,
    text: expect.stringContaining('does not exist'),
    remedy: expect.stringContaining('correct CI_BUCKETS'),
  });
  expect(await bucketExists(stranger, OURS, PATIENT)).toMatchObject({
    ok: false,
    text: expect.stringContaining('access is refused'),
    remedy: expect.stringContaining('cos:HeadBucket'),
  });
});

it('a bucket without media processing is told with the words of the console', async () => {
  expect(await bucketBound(access, OURS, PATIENT)).toMatchObject({ ok: true });
  expect(await bucketBound(access, OTHER, PATIENT)).toMatchObject({
    ok: false,
    text: 'Cloud Infinite, bucket other-1250000000: media processing is off',
    remedy: expect.stringContaining('绑定存储桶'),
  });
});

it('rights that are missing are named', async () => {
  expect(await bucketBound(stranger, OURS, PATIENT)).toMatchObject({
    ok: false,
    remedy: expect.stringContaining('ci:DescribeMediaBuckets'),
  });
  expect(await templateExists(stranger, ruleOf('t1'), 't1', PATIENT)).toMatchObject({
    ok: false,
    remedy: expect.stringContaining('ci:DescribeMediaTemplates'),
  });
});

it('temporary credentials are shown with their token', async () => {
  const sessionToken = randomBytes(8).toString('hex');
  const other = await runCloud({ sessionToken });
  onTestFinished(() => other.close());
  const withToken = { ...accessTo(other), credentials: { ...access.credentials, sessionToken } };
  expect(await bucketExists(withToken, OURS, PATIENT)).toMatchObject({ ok: true });
  expect(await bucketBound(withToken, OURS, PATIENT)).toMatchObject({ ok: true });
});

function ruleOf(TemplateId: string, Tag?: string) {
  const job = { TemplateId, ...(Tag === undefined ? {} : { Tag }) };
  const rule = { name: 'r', bucket: BUCKET, suffixes: ['.mp4'], job, output: { object: 'out/${name}.gif' } };
  return parseRule(rule, REGION);
}

async function makeTemplate(): Promise<string> {
  const body = `<Request><Tag>Animation</Tag><Name>small</Name><Container><Format>gif</Format></Container>
    <Video><Codec>gif</Codec></Video></Request>`;
  const [id = ''] = texts(await cloud.call({ method: 'POST', url: '/template', body }), 'TemplateId');
  return id;
}

it('the template of a rule must be there, and make the kind of job that the rule submits', async () => {
  const id = await makeTemplate();
  expect(await templateExists(access, ruleOf(id), id, PATIENT)).toMatchObject({ ok: true });
  expect(await templateExists(access, ruleOf('t1gone'), 't1gone', PATIENT)).toMatchObject({
    ok: false,
    text: 'rule r, template t1gone: does not exist in media-1250000000',
    remedy: expect.stringContaining('job.TemplateId'),
  });
  expect(await templateExists(access, ruleOf(id, 'Snapshot'), id, PATIENT)).toMatchObject({
    ok: false,
    text: expect.stringContaining('is for Animation, and the rule submits Snapshot'),
    remedy: expect.stringContaining('job.Tag'),
  });
});

it('a clock that is off by more than a minute is told, and which way', async () => {
  expect(await clockDifference(access, OURS, PATIENT)).toMatchObject({ ok: true });
  const late = { ...access, now: () => Date.now() - 90_000 };
  expect(await clockDifference(late, OURS, PATIENT)).toMatchObject({
    ok: false,
    text: expect.stringMatching(/^clock: (89|90|91) s behind COS's$/),
    remedy: expect.stringContaining('NTP'),
  });
  const early = { ...access, now: () => Date.now() + 3_600_000 };
  expect(await clockDifference(early, OURS, PATIENT)).toMatchObject({
    ok: false,
    text: expect.stringMatching(/^clock: 3(599|600|601) s ahead of COS's$/),
  });
});
