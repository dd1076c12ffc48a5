import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Asker, loadFunction } from '../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';

const ATTEMPTS = 4;
const SUBMISSION = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    Tag: 'Animation',
    Input: { Object: 'clips/a.mp4' },
    Operation: {
      Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif' } },
      Output: { Region: 'ap-guangzhou', Bucket: 'media-1250000000', Object: 'gifs/a.gif' },
    },
  }),
};

let cloud: TestCloud;
let database: TestDatabase;
let describeJobs: Asker;
let submit: Asker;

beforeAll(async () => {
  cloud = await startTestCloud();
  database = await startTestDatabase();
  describeJobs = await loadFunction('describe', { ...cloud.env, API_AUTH: 'none' });
  submit = await loadFunction('api', { ...cloud.env, API_AUTH: 'none', DATABASE_URL: database.url });
});
beforeEach(async () => {
  await cloud.reset();
});
afterAll(async () => {
  await cloud.close();
  await database.close();
});

/** Codes as Tencent publishes them, with the status each comes with. */
const PERMANENT = [
  ['AccessDenied', 401],
  ['AccessDenied', 403],
  ['MissingAuthorization', 401],
  ['InvalidAuthorization', 401],
  ['SecretidNotExist', 401],
  ['SignatureDoesNotMatch', 403],
  ['InvalidAccessKeyId', 403],
  ['CIRoleNotExist', 400],
  ['InvalidArgument', 400],
  ['MissingContent', 400],
  ['InvalidContent', 400],
  ['InvalidHost', 400],
  ['ResourceNotSupported', 400],
  ['InvalidUrl', 404],
  ['MissingContentLength', 411],
  ['MediaBucketUnBinded', 403],
  ['NoSuchBucket', 404],
  ['QueueNotFound', 404],
  ['TemplateNotFound', 404],
  ['ResourceNotFound', 404],
  ['PermanentRedirect', 301],
  ['TemporaryRedirect', 307],
  ['NobodyEverHeardOfThis', 400],
] as const;

const PASSING = [
  ['SlowDown', 429],
  ['SlowDown', 503],
  ['QueueSaturated', 403],
  ['QueuePaused', 403],
  ['InternalError', 500],
  ['ServiceUnavailable', 503],
  ['ResourceDownloadFailed', 400],
  ['NobodyEverHeardOfThis', 502],
] as const;

describe('a permanent error is told as 502 with its code after one request', () => {
  it.each(PERMANENT)('%s (%i)', async (code, status) => {
    await cloud.faults({ match: 'DescribeMediaJob', kind: 'error', status, code });
    const answer = await describeJobs('/jobs/j1');
    expect(answer).toMatchObject({ status: 502, json: { code, status: 502 } });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json['detail']).toContain('CI request id');
    expect(await cloud.requests('DescribeMediaJob')).toBe(1);
  });
});

describe('an error that may pass is tried again, and told as 503 with Retry-After', () => {
  it.each(PASSING)('%s (%i)', async (code, status) => {
    await cloud.faults({ match: 'DescribeMediaJob', kind: 'error', status, code });
    const answer = await describeJobs('/jobs/j1');
    expect(answer).toMatchObject({ status: 503, json: { code } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await cloud.requests('DescribeMediaJob')).toBe(ATTEMPTS);
  });

  it('is not seen at all when it passes', async () => {
    const [id = ''] = await cloud.jobs('Running');
    await cloud.faults({ match: 'DescribeMediaJob', kind: 'error', status: 503, code: 'SlowDown', times: 2 });
    expect(await describeJobs(`/jobs/${id}`)).toMatchObject({ status: 200 });
    expect(await cloud.requests('DescribeMediaJob')).toBe(3);
  });

  it('waits as long as Retry-After says, and does not try when that is beyond the deadline', async () => {
    await cloud.faults({
      match: 'DescribeMediaJob',
      kind: 'error',
      status: 429,
      code: 'SlowDown',
      retryAfter: 60,
    });
    const answer = await describeJobs('/jobs/j1');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    expect(await cloud.requests('DescribeMediaJob')).toBe(1);
  });
});

describe('a clock error is corrected once', () => {
  it.each([
    ['SignatureExpired', 401, ''],
    ['RequestTimeTooSkewed', 403, ''],
    ['AccessDenied', 403, 'Request has expired'],
  ])('%s (%i) %s', async (code, status, message) => {
    await cloud.faults({ match: 'DescribeMediaJob', kind: 'error', status, code, message });
    expect(await describeJobs('/jobs/j1')).toMatchObject({ status: 502, json: { code } });
    expect(await cloud.requests('DescribeMediaJob')).toBe(2);
  });
});

describe('what is no answer', () => {
  it.each(['reset', 'truncate'] as const)('%s: tried again, then 504', async (kind) => {
    const [id = ''] = await cloud.jobs('Running');
    await cloud.faults({ match: 'DescribeMediaJob', kind });
    expect(await describeJobs(`/jobs/${id}`)).toMatchObject({ status: 504, json: { code: 'NoAnswer' } });
    expect(await cloud.requests('DescribeMediaJob')).toBe(ATTEMPTS);
  });

  it('hang: 504 before the function runs out of its time', async () => {
    await cloud.faults({ match: 'DescribeMediaJob', kind: 'hang' });
    const answer = await describeJobs('/jobs/j1', { context: { time_limit_in_ms: 1000 } });
    expect(answer).toMatchObject({ status: 504, json: { code: 'NoAnswer' } });
  });

  it('HTML: tried again, then 502 BadAnswer', async () => {
    await cloud.faults({ match: 'DescribeMediaJob', kind: 'html', status: 502 });
    expect(await describeJobs('/jobs/j1')).toMatchObject({ status: 502, json: { code: 'BadAnswer' } });
    expect(await cloud.requests('DescribeMediaJob')).toBe(ATTEMPTS);
  });

  it('HTML with 403: something between us refuses, once', async () => {
    await cloud.faults({ match: 'DescribeMediaJob', kind: 'html', status: 403 });
    expect(await describeJobs('/jobs/j1')).toMatchObject({ status: 502, json: { code: 'BadAnswer' } });
    expect(await cloud.requests('DescribeMediaJob')).toBe(1);
  });
});

describe('a submission is never repeated unless CI certainly did not take it', () => {
  it.each([
    ['error', 500, 'InternalError'],
    ['error', 503, 'ServiceUnavailable'],
    ['reset', undefined, undefined],
    ['truncate', undefined, undefined],
    ['html', 502, undefined],
  ] as const)('%s %s: one request, 504 OutcomeUnknown', async (kind, status, code) => {
    await cloud.faults({
      match: 'CreateMediaJobs',
      phase: 'after',
      kind,
      ...(status ? { status } : {}),
      ...(code ? { code } : {}),
    });
    expect(await submit('/jobs', SUBMISSION)).toMatchObject({
      status: 504,
      json: { code: 'OutcomeUnknown' },
    });
    expect(await cloud.requests('CreateMediaJobs')).toBe(1);
  });

  it.each([
    ['SlowDown', 429],
    ['SlowDown', 503],
    ['QueueSaturated', 403],
    ['QueuePaused', 403],
  ] as const)('%s (%i): tried again, since CI refused it', async (code, status) => {
    await cloud.faults({ match: 'CreateMediaJobs', kind: 'error', status, code, times: 1 });
    expect(await submit('/jobs', SUBMISSION)).toMatchObject({ status: 201 });
    expect(await cloud.requests('CreateMediaJobs')).toBe(2);
  });

  it('a service that cannot be reached is asked again', async () => {
    const unreachable = await loadFunction('api', {
      ...cloud.env,
      API_AUTH: 'none',
      DATABASE_URL: database.url,
      CI_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect(await unreachable('/jobs', SUBMISSION)).toMatchObject({ status: 504, json: { code: 'NoAnswer' } });
  });
});
