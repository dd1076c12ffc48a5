import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorCode, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';
import { animationXml, submit } from './animation-job.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
});
afterAll(() => running.close());
beforeEach(async () => {
  await running.control('DELETE', '');
  await running.control('PUT', '/progress', { mode: 'time', queuedMs: 600_000, runningMs: 0 });
});

const set = (...faults: object[]) => running.control('PUT', '/faults', faults);
const describeJob = (id = 'j1') => running.call({ url: `/jobs/${id}` });
const post = () => running.call({ method: 'POST', url: '/jobs', body: animationXml() });
const count = async () => texts(await running.call({ url: '/jobs?tag=Animation&size=100' }), 'JobId').length;
const stats = async () => JSON.parse((await running.control('GET', '/stats')).text).requests;

describe('a fault', () => {
  it('answers an error a given number of times', async () => {
    await set({ match: 'DescribeMediaJob', times: 2, code: 'SlowDown', retryAfter: 7 });
    const answer = await describeJob();
    expect([errorCode(answer), answer.headers['retry-after']]).toEqual(['429 SlowDown', '7']);
    expect((await running.call({ url: '/queue' })).status).toBe(200);
    expect([(await describeJob()).status, (await describeJob()).status]).toEqual([429, 200]);
  });

  it('matches by path and by id', async () => {
    await set(
      { match: { ids: ['jbad'] }, status: 500 },
      { match: { operation: '*', pathIncludes: 'queue' }, status: 503 },
    );
    expect(errorCode(await describeJob('ja,jbad'))).toBe('500 InternalError');
    expect((await describeJob('ja,jbad2')).status).toBe(200);
    expect(errorCode(await running.call({ url: '/queue' }))).toBe('503 ServiceUnavailable');
  });

  it('fires at its rate, and the same way again with the same seed', async () => {
    const run = async (seed: number) => {
      await set({ match: '*', rate: 0.5, seed, status: 500 });
      const seen = [];
      for (let i = 0; i < 40; i++) seen.push((await describeJob()).status);
      return seen;
    };
    const first = await run(1);
    expect(first.filter((status) => status === 500).length).toBeGreaterThan(8);
    expect(first.filter((status) => status === 200).length).toBeGreaterThan(8);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  it('resets the connection', async () => {
    await set({ match: '*', times: 1, kind: 'reset' });
    await expect(describeJob()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await stats()).toMatchObject({ DescribeMediaJob: { reset: 1 } });
  });

  it('cuts an answer in the middle', async () => {
    await set({ match: '*', times: 1, kind: 'truncate' });
    await expect(describeJob()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('answers a page of HTML', async () => {
    await set({ match: '*', times: 1, kind: 'html' });
    const answer = await describeJob();
    expect([answer.status, answer.headers['content-type']]).toEqual([502, 'text/html']);
    expect(answer.text).toContain('<html>');
  });

  it('hangs until the client leaves', async () => {
    await set({ match: 'DescribeMediaJob', times: 1, kind: 'hang' });
    const gone = expect(describeJob()).rejects.toThrow();
    await until(async () => expect((await stats()).DescribeMediaJob?.hang).toBe(1));
    await running.restart();
    await gone;
  });

  it('only delays', async () => {
    await set({ match: '*', times: 1, delayMs: 120 });
    const began = performance.now();
    expect((await describeJob()).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(115);
  });

  it('before the effect leaves none, after it only the answer is lost', async () => {
    const before = await count();
    await set(
      { match: 'CreateMediaJobs', times: 1, status: 503 },
      { match: 'CreateMediaJobs', phase: 'after', kind: 'reset' },
    );
    expect(errorCode(await post())).toBe('503 ServiceUnavailable');
    expect(await count()).toBe(before);
    await expect(post()).rejects.toThrow();
    expect(await count()).toBe(before + 1);
  });

  it('hides an accepted job for a while', async () => {
    await set({ match: 'CreateMediaJobs', times: 1, visibleAfterMs: 60_000 });
    const id = await submit(running);
    expect(texts(await describeJob(id), 'NonExistJobIds')).toEqual([id]);
    await running.control('PUT', '/clock', { offsetMs: 61_000 });
    expect(texts(await describeJob(id), 'JobId')).toEqual([id]);
  });
});
