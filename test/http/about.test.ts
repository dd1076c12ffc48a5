import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asker, loadFunction, loadHandler } from '../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const CONTEXT = { request_id: 'r-1', time_limit_in_ms: 30_000 };

let cloud: TestCloud;
let ask: Asker;

beforeAll(async () => {
  cloud = await startTestCloud();
  ask = await loadFunction('api', { ...cloud.env, API_AUTH: 'none' });
});
afterAll(async () => {
  await cloud.close();
});

describe('who opens the API in a browser', () => {
  it('finds the console at /, whose policy lets it run itself, show the bucket and ask its origin', async () => {
    const { status, headers, body } = await ask('/', { headers: BROWSER });
    expect([status, headers['content-type'], headers['vary']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'Accept',
    ]);
    expect(body).toContain('<div id="page">');
    expect(headers['content-security-policy']?.split('; ')).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src 'sha256-[\w+/]{43}='$/),
      expect.stringMatching(/^style-src 'sha256-[\w+/]{43}='$/),
      `img-src 'self' data: ${cloud.env['COS_ENDPOINT']}`,
      `media-src ${cloud.env['COS_ENDPOINT']}`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    const again = await ask('/', { headers: { ...BROWSER, 'if-none-match': headers['etag'] ?? '' } });
    expect(again.status).toBe(304);
  });

  it('is shown what lies in the buckets at their own hosts, where no endpoint replaces them', async () => {
    const describe = await loadFunction('describe', { ...cloud.env, COS_ENDPOINT: '', API_AUTH: 'none' });
    const { headers } = await describe('/', { headers: BROWSER });
    const host = 'https://media-1250000000.cos.ap-guangzhou.myqcloud.com';
    expect(headers['content-security-policy']).toContain(`img-src 'self' data: ${host};`);
  });

  it('finds the place of a problem at its type', async () => {
    const { json } = await ask('/jobs/a%2Fb');
    const [page = '', code] = String(json['type']).split('#');
    expect(code).toBe('InvalidInput');
    expect((await ask(page, { headers: BROWSER })).body).toContain(`id="${code}"`);
  });

  it('is a program unless it names text/html', async () => {
    expect((await ask('/', { headers: { accept: '*/*' } })).json).toMatchObject({ Name: 'jobwatch' });
    expect((await ask('/problems')).json).toHaveProperty('Problems');
  });
});

describe('openapi.json', () => {
  it('is told to anyone, with an ETag', async () => {
    const { status, headers, json } = await ask('/openapi.json');
    expect(status).toBe(200);
    expect(json).toMatchObject({ openapi: '3.1.0' });
    expect(await ask('/openapi.json', { headers: { 'if-none-match': headers['etag'] ?? '' } })).toMatchObject(
      {
        status: 304,
        body: '',
      },
    );
  });
});

describe('compressed answers', () => {
  const EVENT = { httpMethod: 'GET', path: '/openapi.json', queryString: {}, body: '' };

  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('%s, where it is on and accepted', async (encoding, decompress) => {
    const handler = await loadHandler('api', { ...cloud.env, API_AUTH: 'none', COMPRESS: 'on' });
    const asked = (headers: Record<string, string>) =>
      handler({ ...EVENT, headers }, CONTEXT) as Promise<Packed>;
    const plain = await asked({});
    const packed = await asked({ 'accept-encoding': encoding });
    expect(packed).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': encoding } });
    expect(packed.headers['etag']).toBe(plain.headers['etag']);
    expect(packed.headers['vary']).toContain('Accept-Encoding');
    expect(decompress(Buffer.from(packed.body, 'base64')).toString()).toBe(plain.body);
  });

  it('not where it is off', async () => {
    const handler = await loadHandler('api', { ...cloud.env, API_AUTH: 'none', COMPRESS: '' });
    const answer = await handler({ ...EVENT, headers: { 'accept-encoding': 'br' } }, CONTEXT);
    expect(answer).toMatchObject({ isBase64Encoded: false });
  });
});

interface Packed {
  readonly headers: Record<string, string>;
  readonly body: string;
}
