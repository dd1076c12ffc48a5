import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadHandler } from '../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => cloud.close());

function captureLog(): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(JSON.parse(line));
  });
  return lines;
}

const get = (path: string, headers = {}) => ({ httpMethod: 'GET', path, headers, queryString: {} });

describe('two runs of one warm instance share nothing', () => {
  it('credentials are read anew for each', async () => {
    const handler = await loadHandler('describe', { ...cloud.env, API_AUTH: 'none' });
    process.env['TENCENTCLOUD_SECRETKEY'] = 'rotated away';
    expect(await handler(get('/jobs/j1'), {})).toMatchObject({ statusCode: 502 });
    process.env['TENCENTCLOUD_SECRETKEY'] = cloud.env.TENCENTCLOUD_SECRETKEY;
    expect(await handler(get('/jobs/j1'), {})).toMatchObject({ statusCode: 404 });
  });

  it('each log line has the ids and requests of its own run, also when they overlap', async () => {
    const handler = await loadHandler('describe', { ...cloud.env, API_AUTH: 'none' });
    const lines = captureLog();
    await Promise.all([
      handler(get('/jobs/j1'), { request_id: 'first' }),
      handler(get('/jobs/a%20b'), { request_id: 'second' }),
    ]);
    await handler(get('/jobs/j2'), { request_id: 'third' });
    const line = (requestId: string) => lines.filter((candidate) => candidate['requestId'] === requestId);
    expect(line('first')).toMatchObject([
      { path: '/jobs/j1', status: 404, ci: [{ operation: 'DescribeMediaJob' }] },
    ]);
    expect(line('second')).toMatchObject([{ path: '/jobs/a%20b', status: 400, ci: [] }]);
    expect(line('third')).toMatchObject([{ path: '/jobs/j2', status: 404, ci: [{ status: 200 }] }]);
    expect(lines).toHaveLength(3);
  });
});

describe('the log', () => {
  it('names the request of CI, for a ticket with Tencent', async () => {
    const handler = await loadHandler('describe', { ...cloud.env, API_AUTH: 'none' });
    const lines = captureLog();
    await handler(get('/jobs/j1'), { request_id: 'r' });
    expect(lines).toMatchObject([{ ci: [{ requestId: expect.stringMatching(/\S+/) }] }]);
  });

  it('has no token, key or signature in any line', async () => {
    const env = { ...cloud.env, API_AUTH: '', API_TOKENS: 'CANARY-token-of-everybody', LOG_LEVEL: 'debug' };
    const handler = await loadHandler('describe', env);
    const lines = captureLog();
    await handler(get('/jobs/j1', { authorization: 'Bearer CANARY-token-of-everybody' }), {});
    await handler(get('/jobs/j1', { authorization: 'Bearer CANARY-wrong' }), {});
    await handler(
      get('/callbacks/CANARY-callback', { authorization: 'Bearer CANARY-token-of-everybody' }),
      {},
    );
    const text = JSON.stringify(lines);
    expect(lines).toHaveLength(3);
    expect(text).not.toContain('CANARY');
    expect(text).not.toContain(cloud.env.TENCENTCLOUD_SECRETKEY);
    expect(text).not.toContain('q-signature=');
  });
});

describe('a wrong environment stops the function at its first line', () => {
  const settings = {
    CORS_ORIGINS: '',
    LOG_LEVEL: '',
    CI_TIMEOUT_MS: '',
    DATABASE_URL: '',
    CALLBACK_URL: '',
    CALLBACK_TOKEN: '',
  };
  it.each([
    ['CI_BUCKETS', 'media'],
    ['CI_BUCKETS', ''],
    ['CI_ENDPOINT', 'not a url'],
    ['CI_ENDPOINT', 'ftp://x'],
    ['CI_TIMEOUT_MS', '10s'],
    ['CI_TIMEOUT_MS', '1'],
    ['API_TOKENS', 'with space,b'],
    ['API_TOKENS', 'x'],
    ['API_TOKENS', 'x'.repeat(19)],
    ['API_TOKENS', `${'x'.repeat(20)},short`],
    ['API_AUTH', 'off'],
    ['CORS_ORIGINS', 'https://*.example'],
    ['DATABASE_URL', 'postgres://u:%zz@h/d'],
    ['DATABASE_URL', 'postgres://u:%00@h/d'],
    ['DATABASE_URL', 'postgres://u:p#x@h/d'],
    ['DATABASE_URL', 'postgres://u:p@/d'],
    ['DATABASE_URL', 'mysql://u:p@h/d'],
    ['DATABASE_URL', 'postgres://u:p@h/d?target_session_attrs=any'],
    ['CALLBACK_URL', 'https://h.example/?a=b'],
    ['CALLBACK_URL', 'https://h.example/?'],
    ['CALLBACK_URL', 'https://h.example/#a'],
    ['CALLBACK_URL', 'https://u:p@h.example/'],
    ['CALLBACK_URL', 'ftp://h.example/'],
    ['CALLBACK_TOKEN', 'short'],
    ['CALLBACK_TOKEN', 'with/slash'],
    ['CORS_ORIGINS', 'app.example'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s', async (name, value) => {
    const auth = name === 'API_TOKENS' ? {} : { API_AUTH: 'none' };
    const refused = await loadHandler('describe', {
      ...cloud.env,
      ...settings,
      ...auth,
      [name]: value,
    }).catch((error: unknown) => error);
    if (!(refused instanceof Error)) throw new Error('expected a refusal');
    expect(refused.message).toMatch(
      new RegExp(`^${name}: (required, .+|expected .+, got text of \\d+ characters)$`),
    );
    // The platform prints the stack: that of a minified bundle says nothing to anybody.
    expect(refused.stack).toBe(`ConfigError: ${refused.message}`);
  });

  it('API_AUTH=none beside API_TOKENS', async () => {
    const both = { API_AUTH: 'none', API_TOKENS: 'x'.repeat(20) };
    await expect(loadHandler('describe', { ...cloud.env, ...settings, ...both })).rejects.toThrow(
      /^API_AUTH: expected nothing beside API_TOKENS and READ_TOKENS, /,
    );
  });
});
