import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COS_HOST, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';
import { animationXml, submit } from './animation-job.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
});
afterAll(() => running.close());
beforeEach(() => running.control('DELETE', ''));

async function make(jobs: object): Promise<string[]> {
  return JSON.parse((await running.control('POST', '/jobs', jobs)).text).JobIds;
}
const stateOf = async (id: string) => texts(await running.call({ url: `/jobs/${id}` }), 'State')[0];

describe('progress', () => {
  it('by time goes Submitted, Running and to its outcome', async () => {
    await running.control('PUT', '/progress', { mode: 'time', queuedMs: 100_000, runningMs: 100_000 });
    const [fails] = await make({ count: 1, outcome: 'Failed' });
    const id = await submit(running);
    const seen: string[] = [];
    for (const offsetMs of [0, 150_000, 250_000]) {
      await running.control('PUT', '/clock', { offsetMs });
      seen.push(`${await stateOf(id)} ${await stateOf(fails ?? '')}`);
    }
    expect(seen).toEqual(['Submitted Submitted', 'Running Running', 'Success Failed']);
    await running.control('PUT', '/clock', { offsetMs: 0 });
    expect(await stateOf(id)).toBe('Success');
  });

  it('by asks tells of an open job n times, by whatever way it is asked', async () => {
    await running.control('PUT', '/progress', { mode: 'asks', n: 3 });
    const [id = ''] = await make({ count: 1, tag: 'Asks' });
    const listed = await running.call({ url: '/jobs?tag=Asks' });
    const seen = [texts(listed, 'State')[0], await stateOf(id), await stateOf(id), await stateOf(id)];
    expect(seen).toEqual(['Submitted', 'Running', 'Running', 'Success']);
    expect(texts(await running.call({ url: '/jobs?tag=Asks&states=Running' }), 'JobId')).toEqual([]);
  });

  it('lets jobs that are paused, and jobs made on paper, be', async () => {
    const [running1 = '', paused = ''] = await make({ count: 2, states: ['Running', 'Pause'] });
    await running.control('PUT', '/progress', 'ffmpeg');
    expect([await stateOf(running1), await stateOf(paused)]).toEqual(['Running', 'Pause']);
    await running.control('PUT', '/progress', { mode: 'time', queuedMs: 0, runningMs: 0 });
    expect([await stateOf(running1), await stateOf(paused)]).toEqual(['Success', 'Pause']);
  });
});

describe('jobs', () => {
  it('are put into a state and forgotten', async () => {
    const [id = ''] = await make({ count: 1, state: 'Running', userData: 'mine' });
    await running.control('PATCH', `/jobs/${id}`, { state: 'Failed', code: 'Broken', message: 'It broke.' });
    const answer = await running.call({ url: `/jobs/${id}` });
    expect(['State', 'Code', 'Message', 'UserData'].map((name) => texts(answer, name)[0])).toEqual([
      'Failed',
      'Broken',
      'It broke.',
      'mine',
    ]);
    await running.control('PATCH', `/jobs/${id}`, { state: 'Running' });
    expect(texts(await running.call({ url: `/jobs/${id}` }), 'EndTime')).toEqual(['-']);
    expect((await running.control('DELETE', `/jobs/${id}`)).status).toBe(204);
    expect(await stateOf(id)).toBeUndefined();
    expect((await running.control('PATCH', `/jobs/${id}`, { state: 'Failed' })).status).toBe(404);
  });
});

describe('stats', () => {
  it('count by operation and status, ids, signature failures and what was in flight', async () => {
    await Promise.all([1, 2, 3].map(() => running.call({ url: '/jobs/ja,jb' })));
    await running.call({ url: '/none', host: COS_HOST });
    await running.call({ url: '/queue', authorization: '' });
    await running.call({ method: 'POST', url: '/nonsense' });
    const stats = JSON.parse((await running.control('GET', '/stats')).text);
    expect(stats).toMatchObject({
      requests: {
        DescribeMediaJob: { 200: 3 },
        GetObject: { 404: 1 },
        DescribeMediaQueues: { 401: 1 },
        Unknown: { 404: 1 },
      },
      signatureFailures: 1,
      idsAsked: 6,
      inFlight: 0,
    });
    expect(stats.maxInFlight).toBeGreaterThanOrEqual(1);
    expect(stats.maxPerSecond).toBeGreaterThanOrEqual(1);
    await running.control('DELETE', '');
    expect(JSON.parse((await running.control('GET', '/stats')).text).requests).toEqual({});
  });
});

describe('input that is not understood is a 400 that names the field', () => {
  it.each<[string, string, unknown, string]>([
    ['PUT', '/faults', {}, 'faults must be'],
    ['PUT', '/faults', [{}], 'faults[0].match'],
    ['PUT', '/faults', [{ match: 'DescribeJob' }], 'faults[0].match.operation'],
    ['PUT', '/faults', [{ match: '*', rate: 2 }], 'faults[0].rate'],
    ['PUT', '/faults', [{ match: '*', kind: 'boom' }], 'faults[0].kind'],
    ['PUT', '/faults', [{ match: '*', times: 0 }], 'faults[0].times'],
    ['PUT', '/faults', [{ match: '*', typo: 1 }], 'faults[0].typo'],
    ['PUT', '/faults', [{ match: { ids: 'j1' } }], 'faults[0].match.ids'],
    ['PUT', '/progress', 'quickly', 'progress.mode'],
    ['PUT', '/progress', { mode: 'time', queuedMs: 1 }, 'progress.runningMs'],
    ['PUT', '/clock', { offsetMs: '1' }, 'clock.offsetMs'],
    ['POST', '/jobs', { count: 1.5 }, 'jobs.count'],
    ['POST', '/jobs', { count: 1, states: ['Done'] }, 'jobs.states'],
    ['POST', '/jobs', { count: 1, creationTime: 'now' }, 'jobs.creationTime'],
    ['PATCH', '/jobs/j1', { state: 'Done' }, 'job.state'],
  ])('%s %s %j', async (method, path, body, field) => {
    const answer = await running.control(method, path, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error).toContain(field);
  });
});

describe('nobody else', () => {
  it('a web page, or a name that was made to point here, may not control it', async () => {
    const ask = (host: string, headers = {}) =>
      running.call({ url: '/_control/stats', host, headers, authorization: '' });
    expect((await ask('127.0.0.1:9000')).status).toBe(200);
    expect((await ask('127.0.0.1:9000', { origin: 'http://localhost:3000' })).status).toBe(403);
    expect((await ask('rebound.example')).status).toBe(403);
    expect((await ask(COS_HOST)).status).toBe(403);
  });

  it('under a bucket host it is an object like any other', async () => {
    await running.call({ method: 'PUT', url: '/_control/stats', host: COS_HOST, body: 'mine' });
    expect((await running.call({ url: '/_control/stats', host: COS_HOST })).text).toBe('mine');
  });
});

it('progress takes the bare word ffmpeg', async () => {
  const call = {
    method: 'PUT',
    url: '/_control/progress',
    host: 'localhost',
    authorization: '',
    body: 'ffmpeg',
  };
  expect((await running.call(call)).status).toBe(200);
});

it('an unknown control path is 404 and a body that is no JSON is 400', async () => {
  expect((await running.control('GET', '/nothing')).status).toBe(404);
  const call = {
    method: 'PUT',
    url: '/_control/faults',
    host: 'localhost',
    authorization: '',
    body: animationXml(),
  };
  expect((await running.call(call)).status).toBe(400);
});
