import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../shared/store/store.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { observe } from '../../shared/watch/observe.ts';
import { type Asker, loadFunction } from '../worlds/load-function.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';
import { said } from '../worlds/watched-jobs.ts';

const ENV = {
  CI_BUCKETS: `${BUCKET}@${REGION}`,
  TENCENTCLOUD_SECRETID: 'unused',
  TENCENTCLOUD_SECRETKEY: 'unused',
  API_AUTH: 'none',
};
/** Six digits behind the seconds: a cursor in milliseconds would lose rows. */
const MOMENT = '2026-06-01T10:00:00.123456Z';
const NEXT_MOMENT = '2026-06-01T10:00:00.123457Z';

let database: TestDatabase;
let store: Store;
let sql: postgres.Sql;
let describeFunction: Asker;

beforeAll(async () => {
  database = await startTestDatabase();
  store = openStore(database.url, Date.now);
  await store.transaction((tx) => tx`select 1`);
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  describeFunction = await loadFunction('describe', { ...ENV, DATABASE_URL: database.url });
});

beforeEach(async () => {
  await sql`truncate watches, watch_history, events, deliveries, intents, idempotency_keys, output_holds, intent_outputs`;
});

afterAll(async () => {
  await Promise.all([store.close(), sql.end()]);
  await database.close();
});

describe('GET /watches goes through all of them, page by page', () => {
  it.each([1, 2, 3, 7, 200])('%i a page, though many are of the same microsecond', async (limit) => {
    const ids = await insertWatches(MOMENT, 7);
    const pending = await insertIntents(MOMENT, 4);
    const newer = await insertWatches(NEXT_MOMENT, 3);
    const expected = [...newer.sort().reverse(), ...[...ids, ...pending].sort().reverse()];
    const pages = await pagesOf({ limit: String(limit) });
    expect(pages.flat()).toEqual(expected);
    expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  });

  it('no row comes twice or is lost while newer ones are written between the pages', async () => {
    const before = [...(await insertWatches(MOMENT, 5)), ...(await insertIntents(MOMENT, 2))];
    const seen: string[] = [];
    for (let cursor = '', page = 0; page === 0 || cursor !== ''; page += 1) {
      const { json } = await list({ limit: '2', ...(cursor === '' ? {} : { cursor }) });
      seen.push(...namesOf(json));
      cursor = String(json['NextCursor']);
      await insertWatches(NEXT_MOMENT, 2);
      await insertIntents(NEXT_MOMENT, 1);
    }
    expect(seen).toEqual(before.sort().reverse());
  });

  it('a page that is just full is the last one', async () => {
    await insertWatches(MOMENT, 3);
    const { json } = await list({ limit: '3' });
    expect(json['NextCursor']).toBe('');
    expect((await list({ limit: '2' })).json['NextCursor']).not.toBe('');
  });

  it('50 are told unless more are asked for', async () => {
    await insertWatches(MOMENT, 60);
    expect(namesOf((await list({})).json)).toHaveLength(50);
    expect(namesOf((await list({ limit: '200' })).json)).toHaveLength(60);
  });

  it.each(['0', '201', '-1', '1.5', 'ten', '1e2'])('limit=%s is refused', async (limit) => {
    expect(await list({ limit })).toMatchObject({ status: 400, json: { code: 'InvalidInput' } });
  });
});

describe('a cursor that is not ours is refused', () => {
  const ours = Buffer.from('1780000000000000.j1').toString('base64url');
  it.each([
    ['words', 'first'],
    ['nothing behind the time', Buffer.from('1780000000000000.').toString('base64url')],
    ['no time', Buffer.from('yesterday.j1').toString('base64url')],
    ['a time beyond all', Buffer.from(`${'9'.repeat(30)}.j1`).toString('base64url')],
    ['SQL', Buffer.from("1'; drop table watches; --.j1").toString('base64url')],
    ['ours with more behind it', `${ours}!`],
    ['ours in another alphabet', `${ours}==`],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]).toString('base64url')],
  ])('%s', async (_, cursor) => {
    const { status, json } = await list({ cursor });
    expect({ status, code: json['code'] }).toEqual({ status: 400, code: 'InvalidInput' });
    expect(json['detail']).toMatch(/^cursor: expected the NextCursor of an earlier answer, got /);
  });

  it('the largest time that one can state is only a page after everything', async () => {
    await insertWatches(MOMENT, 1);
    const cursor = Buffer.from(`${'9'.repeat(18)}.j1`).toString('base64url');
    expect(namesOf((await list({ cursor })).json)).toHaveLength(1);
  });
});

describe('the filters', () => {
  beforeEach(async () => {
    await insertWatches(MOMENT, 1, { job_id: 'running', state: 'Running' });
    await insertWatches(MOMENT, 1, { job_id: 'done', state: 'Success', outcome: 'Success', rule: 'gifs' });
    await insertWatches(MOMENT, 1, { job_id: 'gone', state: 'Running', outcome: 'Missing' });
    await insertWatches(MOMENT, 1, { job_id: 'ruled', state: 'Submitted', rule: 'gifs' });
  });

  it.each([
    ['state', 'Running', ['running', 'gone']],
    ['state', 'Success', ['done']],
    ['state', 'NeverSeen', []],
    ['outcome', 'Success', ['done']],
    ['outcome', 'Missing', ['gone']],
    ['outcome', 'Failed', []],
    ['rule', 'gifs', ['ruled', 'done']],
    ['rule', 'nobodys', []],
  ])('%s=%s', async (name, value, expected) => {
    expect(namesOf((await list({ [name]: value })).json)).toEqual(expected);
  });

  it.each([
    ['state', 'Running\u0000'],
    ['state', '%'],
    ['rule', "'; drop table watches"],
    ['rule', 'a\u0000'],
    ['outcome', 'Open'],
    ['outcome', 'Success,Open'],
    ['intent', '1'],
    ['code', 'a\u0000'],
    ['code', 'A,'],
    ['open', 'yes'],
    ['open', '1'],
    ['bucket', 'a_b'],
    ['tag', 'a b'],
    ['since', 'yesterday'],
    ['since', '2026-06-01'],
    ['until', '2026-13-01T00:00:00Z'],
    ['input', 'a\u0000*'],
    ['input', 'a'.repeat(851)],
    ['output', 'a'.repeat(851)],
    ['order', 'newest'],
  ])('%s=%j is refused', async (name, value) => {
    expect(await list({ [name]: value })).toMatchObject({ status: 400, json: { code: 'InvalidInput' } });
  });

  it.each([
    'state',
    'outcome',
    'code',
    'open',
    'rule',
    'bucket',
    'tag',
    'since',
    'until',
    'input',
    'output',
    'intent',
    'order',
  ])('%s is given once or not at all', async (name) => {
    const { status, json } = await describeFunction('/watches', { query: { [name]: ['a', 'a'] } });
    expect({ status, detail: json['detail'] }).toEqual({
      status: 400,
      detail: `${name}: expected the parameter once, got 2 times`,
    });
    expect((await list({ [name]: '' })).status).toBe(200);
  });

  it('a cursor is of its filters, and is refused with others', async () => {
    const { json } = await list({ limit: '1', rule: 'gifs' });
    const cursor = String(json['NextCursor']);
    expect(cursor).not.toBe('');
    expect((await list({ limit: '3', rule: 'gifs', cursor })).status).toBe(200);
    for (const other of [
      {},
      { rule: 'webps' },
      { rule: 'gifs', order: 'asc' },
      { rule: 'gifs', open: 'true' },
    ]) {
      const { status, json: told } = await list({ ...other, cursor });
      expect(status).toBe(400);
      expect(told['detail']).toMatch(
        /^cursor: expected the NextCursor of an answer to the same filters, got /,
      );
    }
  });

  it('together they narrow down', async () => {
    expect(namesOf((await list({ rule: 'gifs', outcome: 'Success' })).json)).toEqual(['done']);
    expect(namesOf((await list({ state: 'Running', outcome: 'Missing', rule: 'gifs' })).json)).toEqual([]);
  });

  it('state=Pending tells the submissions whose job is not known yet, and no other state or outcome does', async () => {
    const [pending = ''] = await insertIntents(MOMENT, 1, { rule: 'gifs' });
    await insertIntents(MOMENT, 1, { settled: true });
    expect(namesOf((await list({ state: 'Pending' })).json)).toEqual([pending]);
    expect(namesOf((await list({ state: 'Running' })).json)).not.toContain(pending);
    expect(namesOf((await list({ outcome: 'Missing' })).json)).toEqual(['gone']);
    expect(namesOf((await list({ rule: 'gifs' })).json).sort()).toEqual([pending, 'done', 'ruled'].sort());
  });

  it('intent= tells a submission while it is pending, and its watches after that', async () => {
    const [intent = ''] = await insertIntents(MOMENT, 1);
    const pending = (await list({ intent })).json['Watches'];
    expect(pending).toEqual([
      {
        Intent: intent,
        JobId: '',
        Bucket: BUCKET,
        Region: REGION,
        Tag: 'Animation',
        QueueId: '',
        State: 'Pending',
        Outcome: '',
        Source: 'submit',
        Rule: '',
        Input: { Object: 'clips/a.mp4' },
        Output: { Region: REGION, Bucket: BUCKET, Object: 'out/a.gif' },
        Code: '',
        Message: '',
        Progress: null,
        InputKey: 'clips/a.mp4',
        InputBytes: null,
        OutputKey: 'out/a.gif',
        OutputBytes: null,
        Seconds: null,
        Rendition: '',
        Try: 1,
        RetryOf: '',
        RetriedAs: '',
        LastError: '',
        CreatedAt: '2026-06-01T10:00:00.123Z',
        NextCheckAt: '2026-06-01T10:00:00.123Z',
        EndedAt: null,
      },
    ]);
    await sql`update intents set settled_at = now(), state = 'submitted' where id = ${intent}`;
    await insertWatches(MOMENT, 1, { job_id: 'submitted', intent_id: intent });
    expect((await list({ intent })).json['Watches']).toMatchObject([{ Intent: intent, JobId: 'submitted' }]);
    expect(namesOf((await list({ intent: randomUUID() })).json)).toEqual([]);
  });

  it('a job that discovery found before its submitter was answered is found by its submission too', async () => {
    const intentId = randomUUID();
    const watch = { jobId: 'early', bucket: BUCKET, region: REGION };
    await store.transaction((tx) => addWatches(tx, [{ ...watch, source: 'discover' }]));
    await store.transaction((tx) => addWatches(tx, [{ ...watch, source: 'submit', intentId, rule: 'gifs' }]));
    // A later submission cannot claim it, and discovery does not take it away.
    await store.transaction((tx) =>
      addWatches(tx, [
        { ...watch, source: 'submit', intentId: randomUUID(), rule: 'other' },
        { ...watch, source: 'discover' },
      ]),
    );
    expect((await list({ intent: intentId })).json['Watches']).toMatchObject([
      { JobId: 'early', Rule: 'gifs' },
    ]);
  });

  it.each([
    ['outcome', 'Done'],
    ['outcome', 'success'],
    ['intent', 'none'],
    ['sort', 'asc'],
  ])('%s=%s is refused by name', async (name, value) => {
    const { status, json } = await list({ [name]: value });
    expect(status).toBe(400);
    expect(json['detail']).toMatch(new RegExp(`^${name}: (expected|unknown; known are) `));
  });
});

describe('GET /watches/{id}', () => {
  it('404 for a job that nobody watches', async () => {
    expect(await describeFunction('/watches/jnobodys')).toMatchObject({
      status: 404,
      json: { code: 'NotFound' },
    });
  });

  it('tells the job as CI described it, and the way it went from the very first', async () => {
    await insertWatches(MOMENT, 1, { job_id: 'told', state: '' });
    const Output = { Region: REGION, Bucket: BUCKET, Object: 'out/a.${ext}' };
    const Input = { Object: 'clips/a.mp4', Region: REGION, BucketId: BUCKET };
    const job = { Tag: 'Animation', Input, Operation: { Output, UserData: 'mine' } };
    await observe(store, [said('told', 'Submitted', 1, job)]);
    await observe(store, [said('told', 'Running', 2, job)]);
    await observe(store, [said('told', 'Success', 3, job)]);
    const { status, json } = await describeFunction('/watches/told');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      JobId: 'told',
      State: 'Success',
      Outcome: 'Success',
      Input,
      Output,
      NextCheckAt: null,
      EndedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      Job: { JobId: 'told', State: 'Success', ...job },
      Deliveries: [],
    });
    expect(json['History']).toEqual([
      { From: '', To: 'Submitted', At: expect.any(String), Source: 'recheck' },
      { From: 'Submitted', To: 'Running', At: expect.any(String), Source: 'recheck' },
      { From: 'Running', To: 'Success', At: expect.any(String), Source: 'recheck' },
    ]);
    const [listed] = Object((await list({})).json['Watches']);
    const { Job: _, History: __, Deliveries: ___, Renditions, Smallest, ...short } = json;
    expect([Renditions, Smallest]).toEqual([[], null]);
    expect(listed).toEqual({ ...short, Intent: '' });
  });

  it('a watch of which nothing is known yet has an empty history and no job', async () => {
    await insertWatches(MOMENT, 1, { job_id: 'new', state: '' });
    expect((await describeFunction('/watches/new')).json).toMatchObject({
      State: '',
      Outcome: '',
      Job: null,
      History: [],
      Input: {},
      Output: {},
    });
  });
});

describe('GET /healthz', () => {
  it('tells how long ago the last sweep was, and how old the oldest open job is', async () => {
    expect((await describeFunction('/healthz')).json).toEqual({
      status: 'ok',
      lastSweepAgeSeconds: null,
      oldestOpenAgeSeconds: null,
    });
    await sql`insert into last_sweep (started_at) values (jobwatch_now() - interval '20 seconds')`;
    await insertWatches(MOMENT, 1, { age: 7200 });
    await insertWatches(MOMENT, 1, { age: 90_000, state: 'Success', outcome: 'Success' });
    const { lastSweepAgeSeconds, oldestOpenAgeSeconds } = (await describeFunction('/healthz')).json;
    expect(Math.floor(Number(lastSweepAgeSeconds) / 10)).toBe(2);
    expect(Math.floor(Number(oldestOpenAgeSeconds) / 100)).toBe(72);
  });

  it('needs no token, and the watches do', async () => {
    const guarded = await loadFunction('describe', {
      ...ENV,
      API_AUTH: '',
      API_TOKENS: 'secret-token-of-everybody',
      DATABASE_URL: database.url,
    });
    expect((await guarded('/healthz')).status).toBe(200);
    expect((await guarded('/watches')).status).toBe(401);
    expect((await guarded('/watches/j1')).status).toBe(401);
    expect(
      (await guarded('/watches', { headers: { authorization: 'Bearer secret-token-of-everybody' } })).status,
    ).toBe(200);
  });

  it('503 NoStore while the store is down, as for the watches', async () => {
    const down = await loadFunction('describe', {
      ...ENV,
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    });
    for (const target of ['/healthz', '/watches', '/watches/j1']) {
      expect(await down(target)).toMatchObject({
        status: 503,
        json: { code: 'NoStore' },
        headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      });
    }
  });
});

function list(query: Record<string, string>) {
  return describeFunction('/watches', { query });
}

/** Of each row its job, or its intent while it has none. */
function namesOf(json: Record<string, unknown>): string[] {
  const { Watches } = json;
  if (!Array.isArray(Watches)) throw new Error(`expected Watches, got ${JSON.stringify(json)}`);
  return Watches.map(({ JobId, Intent }) => String(JobId || Intent));
}

async function pagesOf(query: Record<string, string>): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | undefined; cursor !== ''; ) {
    const { json } = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(namesOf(json));
    cursor = String(json['NextCursor']);
  }
  return pages;
}

interface Given {
  job_id?: string;
  state?: string;
  outcome?: string;
  rule?: string;
  intent_id?: string;
  /** of the job, in seconds */
  age?: number;
}

async function insertWatches(createdAt: string, count: number, given: Given = {}): Promise<string[]> {
  const { state = 'Submitted', outcome = '', rule = '', intent_id = null, age = 0 } = given;
  const ids = Array.from({ length: count }, () => given.job_id ?? `j${randomUUID().replaceAll('-', '')}`);
  for (const id of ids) {
    await sql`
      insert into watches (job_id, bucket, region, state, outcome, source, rule, intent_id, job_created_at,
        created_at, ended_at, next_check_at)
      values (${id}, ${BUCKET}, ${REGION}, ${state}, ${outcome}, 'submit', ${rule}, ${intent_id},
        jobwatch_now() - ${age} * interval '1 second', ${createdAt}::text::timestamptz,
        ${outcome === '' ? null : createdAt}::text::timestamptz, jobwatch_now())`;
  }
  return ids;
}

async function insertIntents(
  createdAt: string,
  count: number,
  { rule = '', settled = false } = {},
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const request = {
    Tag: 'Animation',
    Input: { Object: 'clips/a.mp4' },
    Operation: [{ Output: { Region: REGION, Bucket: BUCKET, Object: 'out/a.gif' } }],
  };
  for (const id of ids) {
    await sql`
      insert into intents (id, bucket, region, source, rule, request, state, next_try_at, created_at, settled_at)
      values (${id}, ${BUCKET}, ${REGION}, 'submit', ${rule}, ${JSON.stringify(request)}::text::json,
        ${settled ? 'refused' : 'doubtful'}, ${createdAt}::text::timestamptz, ${createdAt}::text::timestamptz,
        ${settled ? createdAt : null}::text::timestamptz)`;
  }
  return ids;
}
