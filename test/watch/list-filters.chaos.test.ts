import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Store } from '../../shared/store/store.ts';
import { listWatches } from '../../shared/watch/lists/list-watches.ts';
import type { ListedWatch } from '../../shared/watch/lists/to-listed.ts';
import type { WatchFilter, WatchQuery } from '../../shared/watch/lists/watch-filter.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';

const RUNS = { short: 300, '1': 5000 }[process.env['FUZZ'] ?? ''] ?? 50;
const WATCHES = 400;
/** More than are read when a filter leaves few, so that every way to find a page is gone. */
const MANY = 3000;
const STATES = ['Submitted', 'Running', 'Success', 'Failed'];
const CODES = ['', 'Success', 'TranscodeFailed'];
const RULES = ['', 'gifs', 'webps'];
const BUCKETS = ['a-1', 'b-1'];
const TAGS = ['', 'Animation', 'Snapshot'];
/** Characters that mean something in a pattern, and those on both sides of what comes in pairs. */
const KEYS = [
  'clips/a',
  'clips/a%',
  'clips/a_b',
  'clips/a*',
  'clips/\u{d7ff}',
  'clips/\u{e000}',
  'clips/\u{1f600}x',
  'z',
];
const BEGAN = Date.UTC(2026, 5, 1);

let database: TestDatabase;
let store: Store;
let all: ListedWatch[];

beforeAll(async () => {
  database = await startTestDatabase();
  store = openStore(database.url, Date.now);
  await store.transaction((tx) => tx`select 1`);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;
  const rows = Array.from({ length: WATCHES + MANY }, (_, n) => {
    const isMany = n >= WATCHES;
    const state = isMany ? 'Success' : pick(STATES, n * 7 + (n >> 3));
    const outcome = ['Success', 'Failed'].includes(state) ? state : n % 5 === 0 ? 'Missing' : '';
    const createdMs = BEGAN + (isMany ? 10_000 + n : (n * 13) % 97) * 1000;
    return {
      job_id: `j${n}`,
      bucket: isMany ? 'many-1' : pick(BUCKETS, n),
      tag: pick(TAGS, n >> 1),
      state,
      outcome,
      rule: isMany ? 'many' : pick(RULES, n >> 2),
      code: pick(CODES, n >> 1),
      input_key: isMany ? `many/${n}` : n % 11 === 0 ? null : pick(KEYS, n * 3),
      output_key: n % 7 === 0 ? '' : pick(KEYS, n * 5 + 1),
      created_at: new Date(createdMs),
      ended_at: outcome === '' ? null : new Date(createdMs + (n % 40) * 1000),
    };
  });
  await sql`
    insert into watches (job_id, bucket, region, tag, state, outcome, rule, code, input_key, output_key, created_at,
      ended_at, source, job_created_at, next_check_at)
    select job_id, bucket, 'ap-guangzhou', tag, state, outcome, rule, code, input_key, output_key, created_at, ended_at,
      'submit', created_at, created_at
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r (job_id text, bucket text, tag text, state text,
      outcome text, rule text, code text, input_key text, output_key text, created_at timestamptz, ended_at timestamptz)`;
  await sql`
    insert into intents (id, bucket, region, source, rule, request, state, next_try_at, created_at, settled_at, input_key, output_key)
    select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'a-1', 'ap-guangzhou', 'object', 'gifs',
      '{"Tag":"Animation","Operation":[{}]}', case when n % 3 = 0 then 'superseded' else 'pending' end, now(),
      to_timestamp(${BEGAN / 1000} + n), case when n % 3 = 0 then to_timestamp(${BEGAN / 1000} + n) end,
      'clips/a_b', 'z'
    from generate_series(1, 30) as n`;
  await sql`analyze watches`;
  await sql.end();
  all = await pagesOf({ limit: 200 });
});
afterAll(async () => {
  await store.close();
  await database.close();
});

async function pagesOf(query: WatchQuery): Promise<ListedWatch[]> {
  const seen: ListedWatch[] = [];
  let cursor: string | undefined;
  do {
    const asked = { ...query, ...(cursor ? { cursor } : {}) };
    const { Watches, NextCursor } = await store.transaction((sql) => listWatches(sql, asked));
    if (NextCursor !== '') expect(Watches).toHaveLength(query.limit);
    seen.push(...Watches);
    cursor = NextCursor;
  } while (cursor !== '');
  return seen;
}

/** What the contract says of the filters, of one watch at a time. */
function letsThrough(filter: WatchFilter, watch: ListedWatch): boolean {
  const { state, outcome, code, open, rule, bucket, tag, since, until, input, output } = filter;
  const isOpen = watch.JobId === '' ? watch.State === 'Pending' : watch.Outcome === '';
  const time = outcome ? watch.EndedAt : watch.CreatedAt;
  const isKey = (wanted: string, key: string) =>
    key !== '' && (wanted.endsWith('*') ? key.startsWith(wanted.slice(0, -1)) : key === wanted);
  return (
    (state === undefined || state.includes(watch.State)) &&
    (outcome === undefined || outcome.includes(watch.Outcome)) &&
    (code === undefined || code.includes(watch.Code)) &&
    (open === undefined || open === isOpen) &&
    (rule === undefined || rule === watch.Rule) &&
    (bucket === undefined || bucket === watch.Bucket) &&
    (tag === undefined || tag === watch.Tag) &&
    (since === undefined || (time !== null && Date.parse(time) >= since.getTime())) &&
    (until === undefined || (time !== null && Date.parse(time) < until.getTime())) &&
    (input === undefined || isKey(input, watch.InputKey)) &&
    (output === undefined || isKey(output, watch.OutputKey))
  );
}

const sometimes = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 1 });
const wanted = fc.oneof(
  fc.constantFrom(...KEYS),
  fc.constantFrom(...KEYS, 'clips/', 'many/', '').map((key) => `${key}*`),
);
const time = fc.integer({ min: -5, max: 120 }).map((seconds) => new Date(BEGAN + seconds * 1000));
const filters = fc
  .record({
    state: sometimes(
      fc.uniqueArray(fc.constantFrom(...STATES, 'Pending', 'Superseded', 'Never'), { minLength: 1 }),
    ),
    outcome: sometimes(
      fc.uniqueArray(fc.constantFrom('Success', 'Failed', 'Cancel', 'Missing'), { minLength: 1 }),
    ),
    code: sometimes(fc.uniqueArray(fc.constantFrom('Success', 'TranscodeFailed', 'None'), { minLength: 1 })),
    open: sometimes(fc.boolean()),
    rule: sometimes(fc.constantFrom('gifs', 'webps', 'many', 'none')),
    bucket: sometimes(fc.constantFrom(...BUCKETS, 'many-1', 'none')),
    tag: sometimes(fc.constantFrom('Animation', 'Snapshot', 'None')),
    since: sometimes(time),
    until: sometimes(time),
    input: sometimes(wanted),
    output: sometimes(wanted),
  })
  .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)));

it('there is something of everything', () => {
  expect(all).toHaveLength(WATCHES + MANY + 30);
});

it('whatever filters are given together, their pages are what each watch says of itself', {
  timeout: 60_000 + RUNS * 500,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.constantFrom('asc', 'desc'),
      fc.constantFrom(7, 50, 200),
      async (filter, order, limit) => {
        const expected = all.filter((watch) => letsThrough(filter, watch));
        const found = await pagesOf({ ...filter, order, limit: expected.length > 500 ? 200 : limit });
        const names = found.map(({ JobId, Intent }) => JobId || Intent);
        const wantedNames = expected.map(({ JobId, Intent }) => JobId || Intent);
        expect(names).toEqual(order === 'asc' ? wantedNames.reverse() : wantedNames);
      },
    ),
    { numRuns: RUNS },
  );
});
