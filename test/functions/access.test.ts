import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asker, loadFunction } from '../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('with two tokens configured', () => {
  let ask: Asker;
  let id: string;
  beforeAll(async () => {
    [id = ''] = await cloud.jobs('Running');
    ask = await loadFunction('describe', {
      ...cloud.env,
      API_AUTH: '',
      API_TOKENS: 'old-token-of-everybody, new-token-of-everybody',
    });
  });

  it.each(['old-token-of-everybody', 'new-token-of-everybody'])('%s opens', async (token) => {
    expect(await ask(`/jobs/${id}`, bearer(token))).toMatchObject({ status: 200 });
  });

  it('the scheme may be written in any case', async () => {
    const answer = await ask(`/jobs/${id}`, { headers: { Authorization: 'bearer new-token-of-everybody' } });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['none', {}],
    ['a wrong one', bearer('new-tokem')],
    ['a part of one', bearer('new')],
    ['both at once', bearer('old-token-of-everybody, new-token-of-everybody')],
    ['an empty one', bearer('')],
    ['another scheme', { headers: { authorization: 'Basic new-token-of-everybody' } }],
  ])('%s is 401 and asks CI nothing', async (_, given) => {
    const before = await cloud.requests('DescribeMediaJob');
    const answer = await ask(`/jobs/${id}`, given);
    expect(answer).toMatchObject({ status: 401, json: { code: 'Unauthorized' } });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="jobwatch"/);
    expect(await cloud.requests('DescribeMediaJob')).toBe(before);
  });

  it('an unknown route tells a stranger nothing', async () => {
    expect(await ask('/nowhere')).toMatchObject({ status: 401 });
    expect(await ask('/nowhere', bearer('new-token-of-everybody'))).toMatchObject({ status: 404 });
  });

  it('/healthz needs none', async () => {
    expect(await ask('/healthz')).toMatchObject({ status: 200, json: { status: 'ok' } });
  });
});

describe('with no token configured', () => {
  it('every request is 401', async () => {
    const ask = await loadFunction('describe', { ...cloud.env, API_AUTH: '', API_TOKENS: '' });
    expect(await ask('/jobs/j1')).toMatchObject({ status: 401 });
    expect(await ask('/jobs/j1', bearer(''))).toMatchObject({ status: 401 });
    expect(await ask('/jobs/j1', bearer('undefined'))).toMatchObject({ status: 401 });
  });
});

describe('CORS', () => {
  const origin = 'https://app.example';
  const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } };

  it('allows nobody by default', async () => {
    const ask = await loadFunction('describe', { ...cloud.env, API_AUTH: 'none', CORS_ORIGINS: '' });
    const { headers } = await ask('/jobs', preflight);
    expect(Object.keys(headers).filter((name) => /^access-control/i.test(name))).toEqual([]);
  });

  it('answers a preflight without a token, to the origins named', async () => {
    const settings = {
      ...cloud.env,
      API_AUTH: '',
      API_TOKENS: 'a-token-of-everybody',
      CORS_ORIGINS: `${origin},https://b.example`,
    };
    const ask = await loadFunction('describe', settings);
    expect(await ask('/jobs', preflight)).toMatchObject({
      status: 204,
      headers: { 'Access-Control-Allow-Origin': origin, 'Access-Control-Max-Age': '600' },
    });
    const stranger = await ask('/jobs', { ...preflight, headers: { origin: 'https://evil.example' } });
    expect(stranger.headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'null',
    '*',
    'https://app.example.evil',
    'HTTPS://APP.EXAMPLE',
    '',
  ])('an origin of %j is nobody that was named', async (stranger) => {
    for (const origins of [origin, `${origin},https://b.example`]) {
      const settings = { ...cloud.env, API_AUTH: 'none', CORS_ORIGINS: origins };
      const ask = await loadFunction('describe', settings);
      const { headers } = await ask('/jobs', { ...preflight, headers: { origin: stranger } });
      expect(headers).not.toHaveProperty('Access-Control-Allow-Origin');
    }
  });

  it('lets the browser read a refusal too', async () => {
    const ask = await loadFunction('describe', { ...cloud.env, API_AUTH: 'none', CORS_ORIGINS: origin });
    const refused = await ask('/jobs/a%20b', { headers: { origin } });
    expect(refused).toMatchObject({ status: 400, headers: { 'Access-Control-Allow-Origin': origin } });
    expect(refused.headers['Vary'] ?? refused.headers['vary']).toContain('Origin');
  });
});
