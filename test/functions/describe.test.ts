import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Asker, loadFunction, loadHandler } from '../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';

let cloud: TestCloud;
let ask: Asker;

beforeAll(async () => {
  cloud = await startTestCloud();
  ask = await loadFunction('describe', { ...cloud.env, API_AUTH: 'none' });
});
beforeEach(async () => {
  await cloud.reset();
});
afterAll(() => cloud.close());

const idsOf = (json: Record<string, unknown>) =>
  (json['JobsDetail'] as { JobId: string }[]).map((job) => job.JobId);

describe('GET /jobs/{ids}', () => {
  it('answers in the order asked, a repeated id once, ten ids a request', async () => {
    const jobs = await cloud.jobs('Running', 25);
    const asked = [...jobs].reverse();
    const { status, json } = await ask(`/jobs/${[...asked, asked[0], 'jnobody'].join(',')}`);
    expect(status).toBe(200);
    expect(idsOf(json)).toEqual(asked);
    expect(json['NonExistJobIds']).toEqual(['jnobody']);
    expect(await cloud.requests('DescribeMediaJob')).toBe(3);
  });

  it('takes a hundred', async () => {
    const jobs = await cloud.jobs('Submitted', 100);
    expect(idsOf((await ask(`/jobs/${jobs.join(',')}`)).json)).toEqual(jobs);
    expect(await cloud.requests('DescribeMediaJob')).toBe(10);
  });

  it('is 404 with the same body when none exists', async () => {
    const answer = await ask('/jobs/jnobody,jnothing');
    expect(answer).toMatchObject({
      status: 404,
      json: { JobsDetail: [], NonExistJobIds: ['jnobody', 'jnothing'] },
    });
  });

  it('takes a comma percent-encoded or not', async () => {
    const jobs = await cloud.jobs('Running', 2);
    expect(idsOf((await ask(`/jobs/${jobs.join('%2C')}`)).json)).toEqual(jobs);
  });

  it('is an error as a whole when one part cannot be had', async () => {
    const jobs = await cloud.jobs('Running', 30);
    await cloud.faults({
      match: 'DescribeMediaJob',
      kind: 'error',
      status: 403,
      code: 'AccessDenied',
      times: 1,
    });
    expect(await ask(`/jobs/${jobs.join(',')}`)).toMatchObject({
      status: 502,
      json: { code: 'AccessDenied' },
    });
  });

  it('reads the event of a Function URL as documented', async () => {
    const handler = await loadHandler('describe', { ...cloud.env, API_AUTH: 'none' });
    const event: unknown = JSON.parse(readFileSync('test/fixtures/function-url-event.json', 'utf8'));
    expect(await handler(event, {})).toMatchObject({
      isBase64Encoded: false,
      statusCode: 404,
      body: '{"JobsDetail":[],"NonExistJobIds":["je8f65004eb8511eaaed4f377124a303c"]}',
    });
  });

  it('reads the event of an API gateway too', async () => {
    const handler = await loadHandler('describe', { ...cloud.env, API_AUTH: 'none' });
    const [id = ''] = await cloud.jobs('Running');
    const event = {
      httpMethod: 'GET',
      path: `/jobs/${id}`,
      headers: { Accept: ['application/xml'] },
      queryStringParameters: { wait: ['0'] },
      queryString: {},
      pathParameters: {},
      requestContext: {},
      body: null,
      isBase64Encoded: false,
    };
    expect(await handler(event, {})).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/xml' },
    });
  });
});

describe('Accept', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'application/json'],
    ['application/xml', 'application/xml'],
    ['text/xml', 'text/xml'],
    ['application/json;q=0.5, application/xml', 'application/xml'],
    ['application/*', 'application/json'],
  ])('%s gives %s', async (accept, type) => {
    const answer = await ask('/jobs/jnobody', { headers: accept ? { accept } : {} });
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['vary']).toBe('Accept');
  });

  it('XML for more than ten ids is one document with every job', async () => {
    const jobs = await cloud.jobs('Success', 12);
    const { body } = await ask(`/jobs/${jobs.join(',')},jnobody`, { headers: { accept: 'application/xml' } });
    const { Response } = new XMLParser({ parseTagValue: false }).parse(body, true);
    expect(idsOf(Response)).toEqual(jobs);
    expect(Response.NonExistJobIds).toBe('jnobody');
  });

  it('an error is problem+json whatever is accepted', async () => {
    const answer = await ask('/jobs/a%20b', { headers: { accept: 'application/xml' } });
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });
});

describe('caching', () => {
  it('lets callers keep what they ask about each time, and nobody else', async () => {
    const [id = ''] = await cloud.jobs('Success');
    for (const [path, query] of [
      [`/jobs/${id}`, {}],
      ['/jobs/jnobody', {}],
      ['/jobs', { tag: 'Animation' }],
    ] as const) {
      expect((await ask(path, { query })).headers['cache-control']).toBe('private, no-cache');
    }
  });

  it('answers 304 without a body to whoever has it already', async () => {
    const [id = ''] = await cloud.jobs('Running');
    const first = await ask(`/jobs/${id}`);
    const etag = first.headers['etag'] ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(`/jobs/${id}`, { headers: { 'if-none-match': known } });
      expect(again).toMatchObject({ status: 304, body: '', headers: { etag } });
    }
    expect(await ask(`/jobs/${id}`, { headers: { 'if-none-match': '"other"' } })).toMatchObject({
      status: 200,
    });
  });
});

describe('GET /jobs', () => {
  it('gives the pages of CI, one after the other', async () => {
    const jobs = await cloud.jobs('Success', 25);
    const seen: string[] = [];
    let nextToken = '';
    do {
      const { json } = await ask('/jobs', {
        query: { tag: 'Animation', size: '10', nextToken, orderByTime: 'Asc' },
      });
      seen.push(...idsOf(json));
      nextToken = String(json['NextToken']);
    } while (nextToken !== '');
    expect(seen.filter((id) => jobs.includes(id)).sort()).toEqual([...jobs].sort());
  });

  it('takes times as RFC 3339 or as CI writes them', async () => {
    for (const startCreationTime of [
      '2099-01-01T00:00:00Z',
      '2099-01-01T00:00:00+08:00',
      '2099-01-01T00:00:00 0800',
    ]) {
      const answer = await ask('/jobs', { query: { tag: 'Animation', startCreationTime } });
      expect(answer).toMatchObject({ status: 200, json: { JobsDetail: [], NextToken: '' } });
    }
  });
});

describe('?wait=', () => {
  it('answers once the job has ended', async () => {
    await cloud.control('PUT', '/progress', { mode: 'asks', n: 2 });
    const [id = ''] = await cloud.jobs('Submitted');
    const { status, json } = await ask(`/jobs/${id}`, { query: { wait: '20' } });
    expect(status).toBe(200);
    expect(json['JobsDetail']).toMatchObject([{ State: 'Success' }]);
  });

  it('answers 200 with what it has when the time is up', async () => {
    const [id = ''] = await cloud.jobs('Pause');
    const { status, json } = await ask(`/jobs/${id}`, { query: { wait: '1' } });
    expect(status).toBe(200);
    expect(json['JobsDetail']).toMatchObject([{ State: 'Pause' }]);
  });

  it('ends before the function runs out of its time', async () => {
    const [id = ''] = await cloud.jobs('Pause');
    const answer = await ask(`/jobs/${id}`, { query: { wait: '20' }, context: { time_limit_in_ms: 3000 } });
    expect(answer.status).toBe(200);
  });
});

describe('every path', () => {
  it.each([
    ['/jobs', 'DELETE'],
    ['/jobs/j1', 'POST'],
    ['/healthz', 'PUT'],
    ['/watches', 'PATCH'],
    ['/deliveries', 'POST'],
  ])('%s answers %s with 405 and Allow', async (path, method) => {
    const answer = await ask(path, { method });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
  });

  it.each(['/watches', '/watches/j1', '/deliveries'])('%s says that there is no store', async (path) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 503, json: { code: 'NoStore' } });
    expect(answer.headers).toHaveProperty('retry-after');
  });

  it.each(['/nowhere', '/jobs/a/b'])('%s is 404', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, json: { code: 'NotFound' } });
  });

  it('carries the headers that keep a browser from running it', async () => {
    for (const path of ['/healthz', '/nowhere']) {
      expect((await ask(path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
      });
    }
  });

  it('answers HEAD as GET', async () => {
    expect(await ask('/healthz', { method: 'HEAD' })).toMatchObject({ status: 200 });
  });
});
