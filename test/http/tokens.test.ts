import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../shared/http/routes/routes.ts';
import { type Handler, loadHandler } from '../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';

const WRITE = 'w'.repeat(20);
const READ = 'r'.repeat(20);
const CONTEXT = { request_id: 'r-1', time_limit_in_ms: 30_000 };

let cloud: TestCloud;
const functions: Record<string, Handler> = {};

beforeAll(async () => {
  cloud = await startTestCloud();
  const env = { ...cloud.env, API_TOKENS: `ci:${WRITE}`, READ_TOKENS: READ };
  for (const name of ['api', 'describe']) functions[name] = await loadHandler(name, env);
});
afterAll(async () => {
  await cloud.close();
});

/** The two shapes in which a Function URL may hand a request over. */
const SHAPES: Record<string, (query: object) => object> = {
  'the documented event': (query) => ({ queryString: query }),
  'the ApiGwCompatible event': (query) => ({ queryStringParameters: query, isBase64Encoded: false }),
};

async function codeOf(name: string, method: string, path: string, token: string | undefined, shape: string) {
  const answer = await functions[name]?.(
    {
      httpMethod: method,
      path: path.replace(/\{\w+\}/g, 'x'),
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: '',
      ...SHAPES[shape]?.({}),
    },
    CONTEXT,
  );
  return (answer as { statusCode: number }).statusCode;
}

it.each(ROUTES.filter(({ caller }) => caller === 'writer'))(
  '$method $path with a slash behind it is the same route: a token that reads is refused',
  async ({ method, path }) => {
    expect(await codeOf('api', method, `${path}/`, READ, 'the documented event')).toBe(403);
  },
);

describe.each(Object.keys(SHAPES))('%s', (shape) => {
  describe.each(['api', 'describe'])('%s', (name) => {
    it.each(ROUTES)('$method $path lets in whom it is for', async ({ method, path, caller }) => {
      const withNone = await codeOf(name, method, path, undefined, shape);
      const withRead = await codeOf(name, method, path, READ, shape);
      const withWrite = await codeOf(name, method, path, WRITE, shape);
      if (caller === 'anyone') return expect([200]).toContain(withNone);
      expect(withNone).toBe(401);
      expect([401, 403]).not.toContain(withWrite);
      if (caller === 'reader') return expect([401, 403]).not.toContain(withRead);
      // describe does not have it: whatever is asked of it, nothing is written.
      expect(name === 'api' ? [403] : [404, 405]).toContain(withRead);
    });
  });
});
