import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ClientOptions, ExchangeRecord } from '../../shared/ci/client/client-options.ts';
import { createClient } from '../../shared/ci/client/create-client.ts';
import { systemClock } from '../../shared/clock.ts';
import { BUCKET, CREDENTIALS, REGION, startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';

const bucket = { name: BUCKET, region: REGION };
const HOUR_MS = 3_600_000;

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
beforeEach(async () => {
  await cloud.reset();
});
afterAll(() => cloud.close());

const clientOf = (more: Partial<ClientOptions> = {}) =>
  createClient({
    ...systemClock,
    endpoint: new URL(cloud.url),
    timeoutMs: 10_000,
    credentials: () => CREDENTIALS,
    ...more,
  });

const call = (exchanges: ExchangeRecord[] = []) => ({
  deadlineMs: Date.now() + 10_000,
  onExchange: (record: ExchangeRecord) => exchanges.push(record),
});

describe('a clock that is off', () => {
  it.each([-HOUR_MS, HOUR_MS])('by %i ms is corrected by one refusal, and then for good', async (offMs) => {
    const ci = clientOf({ now: () => Date.now() + offMs });
    const [id = ''] = await cloud.jobs('Running');
    const exchanges: ExchangeRecord[] = [];
    const own = () => ({ ...call(exchanges), deadlineMs: Date.now() + offMs + 10_000 });
    await ci.describeJobs(bucket, [id], own());
    expect(exchanges).toHaveLength(2);
    await ci.describeJobs(bucket, [id], own());
    expect(exchanges.map(({ status }) => status)).toEqual([exchanges[0]?.status, 200, 200]);
    expect(exchanges[0]?.status).toBeGreaterThanOrEqual(401);
  });

  it('is corrected too where every bad signature is AccessDenied', async () => {
    const vague = await startTestCloud({ refusesVaguely: true });
    onTestFinished(vague.close);
    const [id = ''] = await vague.jobs('Running');
    const endpoint = new URL(vague.url);
    const off = clientOf({ endpoint, now: () => Date.now() - HOUR_MS });
    const exchanges: ExchangeRecord[] = [];
    const own = { ...call(exchanges), deadlineMs: Date.now() - HOUR_MS + 10_000 };
    expect((await off.describeJobs(bucket, [id], own)).JobsDetail).toMatchObject([{ JobId: id }]);
    expect(exchanges.map(({ status }) => status)).toEqual([401, 200]);
  });

  it('is corrected once a call: a key that is wrong stays wrong, and is told', async () => {
    const vague = await startTestCloud({ refusesVaguely: true });
    onTestFinished(vague.close);
    const endpoint = new URL(vague.url);
    const credentials = () => ({ ...CREDENTIALS, secretKey: 'another' });
    const exchanges: ExchangeRecord[] = [];
    const right = clientOf({ endpoint, credentials });
    const refused = { code: 'AccessDenied', kind: 'denied' };
    await expect(right.describeJobs(bucket, ['j1'], call(exchanges))).rejects.toMatchObject(refused);
    expect(exchanges).toHaveLength(1);
    const off = clientOf({ endpoint, credentials, now: () => Date.now() + HOUR_MS });
    const own = { ...call(exchanges), deadlineMs: Date.now() + HOUR_MS + 10_000 };
    await expect(off.describeJobs(bucket, ['j1'], own)).rejects.toMatchObject(refused);
    expect(exchanges).toHaveLength(3);
  });

  it('does not make a submission be sent twice', async () => {
    const ci = clientOf({ now: () => Date.now() - HOUR_MS });
    const Operation = [
      {
        Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif' } },
        Output: { Region: REGION, Bucket: BUCKET, Object: 'gifs/a.gif' },
      },
    ];
    const request = { Tag: 'Animation', Input: { Object: 'clips/none.mp4' }, Operation };
    const [job] = await ci.createJobs(bucket, request, { deadlineMs: Date.now() });
    const list = await clientOf().listJobs(
      bucket,
      { tag: 'Animation', inputObject: 'clips/none.mp4' },
      call(),
    );
    expect(list.JobsDetail.map(({ JobId }) => JobId)).toEqual([job?.JobId]);
  });
});

describe('temporary credentials', () => {
  let guarded: TestCloud;
  beforeAll(async () => {
    guarded = await startTestCloud({ sessionToken: 'a/token+with==signs' });
  });
  afterAll(() => guarded.close());

  it('are signed with their token', async () => {
    const [id = ''] = await guarded.jobs('Running');
    const withToken = clientOf({
      endpoint: new URL(guarded.url),
      credentials: () => ({ ...CREDENTIALS, sessionToken: 'a/token+with==signs' }),
    });
    const { JobsDetail } = await withToken.describeJobs(bucket, [id], call());
    expect(JobsDetail).toMatchObject([{ JobId: id }]);
  });

  it('are refused without it', async () => {
    const without = clientOf({ endpoint: new URL(guarded.url) });
    await expect(without.describeJobs(bucket, ['j1'], call())).rejects.toMatchObject({ kind: 'denied' });
  });
});

describe('a hundred ids', () => {
  it('are asked ten at a time, a few requests at once', async () => {
    const jobs = await cloud.jobs('Running', 100);
    await cloud.faults({ match: 'DescribeMediaJob', delayMs: 50 });
    const exchanges: ExchangeRecord[] = [];
    const { JobsDetail } = await clientOf().describeJobs(bucket, jobs, call(exchanges));
    expect(JobsDetail.map(({ JobId }) => JobId)).toEqual(jobs);
    expect(exchanges).toHaveLength(10);
    const stats = await cloud.control('GET', '/stats');
    expect(stats['maxInFlight']).toBe(4);
  });

  it('leave nothing behind on the signal of their caller', async () => {
    const warned = vi.spyOn(process, 'emitWarning');
    onTestFinished(() => warned.mockRestore());
    const jobs = await cloud.jobs('Running', 100);
    await cloud.faults({
      match: 'DescribeMediaJob',
      kind: 'error',
      status: 503,
      code: 'SlowDown',
      times: 20,
    });
    const { signal } = new AbortController();
    const ci = clientOf({ sleep: async () => undefined });
    const ask = () => ci.describeJobs(bucket, jobs, { ...call(), signal });
    await Promise.all([ask(), ask(), ask()]).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(warned).not.toHaveBeenCalled();
  });

  it('stop at the first failure: what is under way is ended, the rest never leaves', async () => {
    const jobs = await cloud.jobs('Running', 100);
    await cloud.faults(
      { match: 'DescribeMediaJob', kind: 'error', status: 403, code: 'AccessDenied', times: 1 },
      { match: 'DescribeMediaJob', kind: 'hang' },
    );
    const asking = clientOf().describeJobs(bucket, jobs, call());
    await expect(asking).rejects.toMatchObject({ code: 'AccessDenied', requestId: expect.any(String) });
    expect(await cloud.requests('DescribeMediaJob')).toBeLessThanOrEqual(4);
  });
});

it('an abort ends a call at once', async () => {
  await cloud.faults({ match: 'DescribeMediaJob', kind: 'hang' });
  const abort = new AbortController();
  const onExchange = () => undefined;
  const asking = clientOf().describeJobs(bucket, ['j1'], { ...call(), onExchange, signal: abort.signal });
  abort.abort();
  await expect(asking).rejects.toThrow();
});

it('an object key of any letters finds its jobs', async () => {
  const key = "clips/a b+c*d!e'f(g)~h&i=j#k?l%25.猫🐱.mp4";
  await cloud.control('POST', '/jobs', { count: 1, state: 'Running', input: key });
  const { JobsDetail } = await clientOf().listJobs(bucket, { tag: 'Animation', inputObject: key }, call());
  expect(JobsDetail).toMatchObject([{ Input: { Object: key } }]);
});
