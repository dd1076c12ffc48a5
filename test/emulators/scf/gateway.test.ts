import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type FixtureFunction, runFunctions } from '../../worlds/fixture-runtime.ts';

/** Answers with its name and the event that it was given. */
const tell = (name: string) => `
  export const main_handler = async (event: { httpMethod: string }) => ({
    isBase64Encoded: false,
    statusCode: event.httpMethod === 'DELETE' ? 405 : 200,
    headers: event.httpMethod === 'DELETE' ? { Allow: 'OPTIONS, GET' } : { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] },
    body: JSON.stringify({ name: '${name}', event }),
  });
`;

interface Told {
  name: string;
  event: { headers: Record<string, string> };
}
const told = async (response: Response) => (await response.json()) as Told;

const route = (text: string) => {
  const [method = '', path = ''] = text.split(' ');
  return { method, path };
};
const HTTP: Record<string, FixtureFunction> = {
  ask: { source: tell('ask'), routes: ['GET /jobs/{ids}', 'GET /jobs', 'GET /'].map(route) },
  change: { source: tell('change'), routes: ['POST /jobs', 'PUT /jobs/{ids}'].map(route) },
};

it('a request becomes the documented Function URL event', async () => {
  const runtime = await runFunctions(HTTP);
  const response = await fetch(`${runtime.url}/jobs/a%2Cb?x=1&x=2&flag&text=%20é`, {
    headers: { 'X-Mixed': 'Case' },
  });
  const { event } = await told(response);
  const documented = JSON.parse(
    await readFile(new URL('../../fixtures/function-url-event.json', import.meta.url), 'utf8'),
  );
  expect(Object.keys(event).sort()).toEqual(Object.keys(documented).sort());
  expect(event).toMatchObject({
    httpMethod: 'GET',
    path: '/jobs/a%2Cb',
    queryString: { x: ['1', '2'], flag: '', text: ' é' },
    headers: { 'x-mixed': 'Case', 'x-scf-remote-addr': '127.0.0.1' },
    body: '',
  });
});

it('a client cannot choose the address that the function sees', async () => {
  const runtime = await runFunctions(HTTP);
  const response = await fetch(`${runtime.url}/jobs`, { headers: { 'x-scf-remote-addr': '203.0.113.9' } });
  expect((await told(response)).event.headers['x-scf-remote-addr']).toBe('127.0.0.1');
});

it.each([
  ['GET', '/jobs', 'ask'],
  ['GET', '/jobs/a,b?wait=1', 'ask'],
  ['POST', '/jobs', 'change'],
  ['PUT', '/jobs/a?cancel', 'change'],
  ['GET', '/', 'ask'],
])('%s %s is answered by %s', async (method, path, name) => {
  const runtime = await runFunctions(HTTP);
  const response = await fetch(runtime.url + path, { method });
  expect(await response.json()).toMatchObject({ name });
});

it.each(['/nowhere', '/jobs/', '/jobs/a/b'])(
  '%s, which nobody routes, is left to the first function',
  async (path) => {
    const runtime = await runFunctions(HTTP);
    expect(await (await fetch(runtime.url + path, { method: 'POST' })).json()).toMatchObject({ name: 'ask' });
  },
);

it('a 405 allows what all functions of the path answer', async () => {
  const runtime = await runFunctions(HTTP);
  const response = await fetch(`${runtime.url}/jobs`, { method: 'DELETE' });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('OPTIONS, GET, POST');
});

it('a preflight is answered by the function that it asks about', async () => {
  const runtime = await runFunctions(HTTP);
  const headers = { 'access-control-request-method': 'POST' };
  const response = await fetch(`${runtime.url}/jobs`, { method: 'OPTIONS', headers });
  expect(await response.json()).toMatchObject({ name: 'change' });
});

it('a header with several values stays several headers', async () => {
  const runtime = await runFunctions(HTTP);
  expect((await fetch(`${runtime.url}/jobs`)).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

it('a base64 body arrives as its bytes', async () => {
  const source = `export const main_handler = async () => ({ isBase64Encoded: true, statusCode: 201, body: 'AP8Q' })`;
  const runtime = await runFunctions({ bytes: { source, routes: [route('GET /')] } });
  const response = await fetch(runtime.url);
  expect(response.status).toBe(201);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 16]);
});

it('a function that fails is a 502 which shows nothing of its inside', async () => {
  const source = `export const main_handler = async () => { throw new Error('inner secret'); }`;
  const runtime = await runFunctions({ bad: { source, routes: [route('GET /')] } });
  const response = await fetch(runtime.url);
  expect(response.status).toBe(502);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.text()).not.toMatch(/inner|secret|index\.js/);
});

it.each([
  `'text'`,
  `{ statusCode: 'two hundred' }`,
  `{ statusCode: 200, headers: { 'bad name': 'x' } }`,
  'null',
])('an answer of the wrong shape (%s) is a 502', async (answer) => {
  const source = `export const main_handler = async () => (${answer})`;
  const runtime = await runFunctions({ bad: { source, routes: [route('GET /')] } });
  expect((await fetch(runtime.url)).status).toBe(502);
});

it('a body over 6 MB is a 413 problem and does not reach the function', async () => {
  const runtime = await runFunctions(HTTP);
  const response = await fetch(`${runtime.url}/jobs`, { method: 'POST', body: 'x'.repeat(7 * 1024 * 1024) });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ status: 413, code: 'RequestTooLarge' });
  expect(runtime.log.filter(({ kind }) => kind === 'report')).toEqual([]);
});

/** fetch does not let a caller choose the Host. */
const statusFor = (port: number, host: string) => statusOf(port, { method: 'GET', path: '/' }, { host });

/** In headers PORT stands for the port. */
async function statusOf(
  port: number,
  asked: { method: string; path: string },
  given: Record<string, string> = {},
): Promise<number | undefined> {
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replace('PORT', String(port))]),
  );
  return await new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', ...asked, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.on('error', reject).end();
  });
}

it('only names of this machine are answered on its loopback address', async () => {
  const runtime = await runFunctions(HTTP);
  for (const host of ['127.0.0.1', 'localhost:3000', 'LOCALHOST', '[::1]:1']) {
    expect(await statusFor(runtime.port, host), host).toBe(200);
  }
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:3000', '10.0.0.1']) {
    expect(await statusFor(runtime.port, host), host).toBe(421);
  }
});

describe('while a function answers everybody', () => {
  const open: Record<string, FixtureFunction> = {
    ask: { source: tell('ask'), routes: ['GET /jobs'].map(route), environment: { API_AUTH: 'none' } },
    change: {
      source: tell('change'),
      routes: ['POST /jobs'].map(route),
      environment: { API_AUTH: 'none', CORS_ORIGINS: 'https://app.example,*' },
    },
  };
  const POST = { method: 'POST', path: '/jobs' };
  const GET = { method: 'GET', path: '/jobs' };
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const own = 'http://127.0.0.1:PORT';

  it('what a page of another origin asks is refused before a function sees it', async () => {
    const runtime = await runFunctions(open);
    const refused: [string, typeof POST, Record<string, string>][] = [
      ['another site', POST, { origin: 'https://evil.example' }],
      ['another site that only reads', GET, { origin: 'https://evil.example' }],
      ['a page without an origin', POST, { origin: 'null' }],
      ['an origin called *', POST, { origin: '*' }],
      ['another port', POST, { origin: 'http://127.0.0.1:1' }],
      ['another name of this machine', POST, { origin: 'http://localhost:PORT' }],
      ['another scheme', POST, { origin: 'https://127.0.0.1:PORT' }],
      ['two origins', POST, { origin: 'https://app.example, https://evil.example' }],
      ['an origin that only looks like ours', POST, { origin: `${own}.evil.example` }],
      ['a preflight', { method: 'OPTIONS', path: '/jobs' }, { origin: 'https://evil.example' }],
      ['a picture on another site', GET, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
      ['a form on another site', POST, link],
      ['a frame on another site', GET, { ...link, 'sec-fetch-dest': 'iframe' }],
      ['another port, told by the site alone', GET, { 'sec-fetch-site': 'same-site' }],
      ['our origin, and another site', POST, { origin: own, 'sec-fetch-site': 'cross-site' }],
    ];
    for (const [what, asked, headers] of refused) {
      expect(await statusOf(runtime.port, asked, headers), what).toBe(403);
    }
    expect(runtime.log.filter(({ kind }) => kind === 'report')).toEqual([]);
  });

  it('others are answered, and pages that CORS_ORIGINS names', async () => {
    const runtime = await runFunctions(open);
    const answered: [string, typeof POST, Record<string, string>][] = [
      ['no browser', POST, {}],
      ['a page of its own', POST, { origin: own, 'sec-fetch-site': 'same-origin' }],
      ['an address typed in', GET, { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
      ['a link that is followed', GET, link],
      ['a named page', POST, { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }],
    ];
    for (const [what, asked, headers] of answered) {
      expect(await statusOf(runtime.port, asked, headers), what).toBe(200);
    }
  });

  it('with tokens every page may ask: it has none unless it was given one', async () => {
    const runtime = await runFunctions(HTTP);
    expect(await statusOf(runtime.port, POST, { origin: 'https://evil.example' })).toBe(200);
  });
});

it('the token of a callback is not logged, however its path is written', async () => {
  const runtime = await runFunctions(HTTP);
  const paths = ['/callbacks/CANARY', '//callbacks/CANARY', '/callbacks%2FCANARY', '/CallBacks/CANARY/x'];
  for (const path of paths) await statusOf(runtime.port, { method: 'POST', path });
  const logged = await runtime.untilLogged('request', paths.length);
  expect(logged.map(({ path }) => path).join(' ')).toMatch(/^(\S*callbacks\S*…\s?){4}$/i);
  expect(JSON.stringify(logged)).not.toContain('CANARY');
});

it('every answered request is logged with its function', async () => {
  const runtime = await runFunctions(HTTP);
  await (await fetch(`${runtime.url}/jobs/a?secret=1`)).text();
  await runtime.close();
  expect(runtime.log).toContainEqual(
    expect.objectContaining({
      kind: 'request',
      method: 'GET',
      path: '/jobs/a',
      status: 200,
      functionName: 'ask',
    }),
  );
});
