import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Handler, loadHandler } from '../worlds/load-function.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';
import { startAnsweringService } from './answering-service.ts';
import { runs } from './runs.ts';

const TOKEN = 'a-token-of-more-than-20-letters';
const CONTEXT = { request_id: 'fuzz', time_limit_in_ms: 30_000 };
/** The platform refuses a longer answer [doc]. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

let service: Awaited<ReturnType<typeof startAnsweringService>>;
let database: TestDatabase;
const handlers: Record<string, Handler> = {};

beforeAll(async () => {
  // What functions log is of no use here, and would fill the memory of the one who keeps it.
  vi.stubGlobal('console', { ...console, log: () => undefined });
  [service, database] = await Promise.all([startAnsweringService(), startTestDatabase()]);
  const env = {
    ...service.env,
    DATABASE_URL: database.url,
    CALLBACK_TOKEN: TOKEN,
    CALLBACK_URL: 'https://a.example',
  };
  for (const name of ['describe', 'api', 'callback']) handlers[name] = await loadHandler(name, env);
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await Promise.all([service.close(), database.close()]);
});

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    'j1',
    'j1,j2',
    'Animation',
    '1',
    '0',
    '-1',
    '1e9',
    '200',
    '\0',
    '%00',
    '%zz',
    '\uD800',
    '../..',
    '*',
    'gif*',
    'true',
    '2026-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59+0800',
    'x'.repeat(5000),
  ),
);
const parameter = fc.constantFrom(
  'bucket',
  'region',
  'wait',
  'tag',
  'states',
  'queueId',
  'size',
  'nextToken',
  'orderByTime',
  'startCreationTime',
  'endCreationTime',
  'inputObject',
  'state',
  'outcome',
  'open',
  'rule',
  'code',
  'since',
  'until',
  'input',
  'output',
  'intent',
  'order',
  'limit',
  'cursor',
  'endpoint',
  'cancel',
  '__proto__',
  'constructor',
);

const path = fc.oneof(
  fc.constantFrom(
    '/',
    '/jobs',
    '/watches',
    '/deliveries',
    '/healthz',
    '/endpoints',
    '//',
    '/jobs/',
    `/callbacks/${TOKEN}`,
  ),
  fc
    .tuple(
      fc.constantFrom('jobs', 'watches', 'deliveries', 'endpoints', 'callbacks', 'intents'),
      fc.oneof(text),
    )
    .map(([first, second]) => `/${first}/${second}`),
  fc
    .tuple(fc.constantFrom('deliveries', 'endpoints', 'jobs'), text, fc.constantFrom('retry', 'enable'))
    .map((parts) => `/${parts.join('/')}`),
  fc.string(),
);
const animation = { Container: { Format: 'gif' }, Video: { Codec: 'gif' } };
const output = { Region: 'ap-guangzhou', Bucket: 'media-1250000000', Object: 'gifs/a.gif' };
const submission = fc.record(
  {
    Tag: fc.oneof(fc.constant('Animation'), text),
    Input: fc.record({ Object: text }),
    Operation: fc.oneof(
      fc.array(
        fc.record(
          { Animation: fc.constant(animation), Output: fc.constant(output), UserData: text },
          { requiredKeys: ['Animation', 'Output'] },
        ),
        { maxLength: 7 },
      ),
      fc.jsonValue(),
    ),
    QueueId: fc.oneof(text, fc.jsonValue()),
    CallBack: text,
  },
  { requiredKeys: ['Tag', 'Input', 'Operation'] },
);
const job = fc.oneof(fc.record({ JobId: text, State: text }), fc.jsonValue());
const body = fc.oneof(
  fc
    .oneof(
      submission,
      fc.record({ JobIds: fc.oneof(fc.array(text), fc.jsonValue()) }),
      fc.record({ EventName: text, JobsDetail: fc.oneof(job, fc.array(job)) }),
      fc.jsonValue(),
    )
    .map((value) => JSON.stringify(value)),
  text,
  text.map(
    (inner) =>
      `<Request><Tag>Animation</Tag><Input><Object>${inner}</Object></Input><Operation><A/></Operation></Request>`,
  ),
  text.map((inner) => `<Response><JobsDetail><JobId>${inner}</JobId></JobsDetail></Response>`),
  fc.constantFrom(
    '[',
    '{"a":',
    '<Request>',
    '<Request/>',
    'null',
    '"',
    '['.repeat(20_000),
    'x'.repeat(1_100_000),
  ),
);
const headers = fc.dictionary(
  fc.oneof(
    fc.constantFrom(
      'content-type',
      'Content-Type',
      'accept',
      'if-none-match',
      'origin',
      'authorization',
      'idempotency-key',
    ),
    fc.string({ maxLength: 8 }),
  ),
  fc.oneof(
    fc.constantFrom('application/json', 'application/xml', 'text/xml; charset=utf-8', '*/*', 'text/html'),
    text,
    fc.jsonValue(),
  ),
  { maxKeys: 4 },
);
const event = fc.record(
  {
    httpMethod: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS') },
      { weight: 1, arbitrary: fc.oneof(text, fc.jsonValue()) },
    ),
    path: fc.oneof({ weight: 9, arbitrary: path }, { weight: 1, arbitrary: fc.jsonValue() }),
    headers: fc.oneof({ weight: 9, arbitrary: headers }, { weight: 1, arbitrary: fc.jsonValue() }),
    queryString: fc.oneof(
      { weight: 9, arbitrary: fc.dictionary(parameter, fc.oneof(text, fc.jsonValue()), { maxKeys: 3 }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
    body: fc.oneof({ weight: 9, arbitrary: body }, { weight: 1, arbitrary: fc.jsonValue() }),
    isBase64Encoded: fc.oneof(fc.constant(false), fc.jsonValue()),
  },
  { requiredKeys: ['httpMethod', 'path'] },
);

/** Whatever comes, an answer of HTTP goes back, which is not that we failed. */
async function expectAnswer(name: string, given: unknown): Promise<void> {
  const answer = Object(await handlers[name]?.(given, { ...CONTEXT }));
  expect(answer.statusCode).toSatisfy((status) => Number.isInteger(status) && status >= 200 && status < 600);
  expect(answer.statusCode, answer.body).not.toBe(500);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(MAX_ANSWER_BYTES);
  if (answer.statusCode < 400 || answer.body === '') return;
  // A question about jobs that do not exist is answered with the jobs, of which there are none.
  const told = /json/.test(answer.headers['content-type']) ? JSON.parse(answer.body) : {};
  if ('code' in told) expect(told).toMatchObject({ status: answer.statusCode, detail: expect.any(String) });
  expect(String(told.detail ?? '').length).toBeLessThan(2000);
}

it.each(['describe', 'api', 'callback'])(
  'whatever event comes to %s, it answers and has not failed',
  async (name) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 9, arbitrary: event }, { weight: 1, arbitrary: fc.jsonValue() }),
        (given) => expectAnswer(name, given),
      ),
      runs,
    );
  },
);

it('whatever a callback says, it is heard or refused', async () => {
  const type = fc.constantFrom('application/json', 'application/xml', 'text/plain', '');
  await fc.assert(
    fc.asyncProperty(body, type, (said, contentType) =>
      expectAnswer('callback', {
        httpMethod: 'POST',
        path: `/callbacks/${TOKEN}`,
        headers: { 'content-type': contentType },
        queryString: {},
        body: said,
      }),
    ),
    runs,
  );
});
