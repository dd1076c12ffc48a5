import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workOff } from '../../shared/automation/work-off.ts';
import { createClient } from '../../shared/ci/client/create-client.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { encodeCursor } from '../../shared/watch/cursor.ts';
import { getWatch, getWatches } from '../../shared/watch/get-watch.ts';
import { listWatches } from '../../shared/watch/list-watches.ts';
import { observe } from '../../shared/watch/observe.ts';
import { slotsByAccount } from '../../shared/watch/rate.ts';
import { readHealth } from '../../shared/watch/read-health.ts';
import { retire } from '../../shared/watch/retire.ts';
import { openStore, type Sql, type Store } from '../../shared/watch/store.ts';
import {
  claimAhead,
  claimBeside,
  claimDue,
  giveBack,
  nextDueGroup,
  renew,
} from '../../shared/watch/sweep/claim.ts';
import { readGroup } from '../../shared/watch/sweep/group-lease.ts';
import { countMisses, postpone, schedule } from '../../shared/watch/sweep/settle.ts';
import { endSweep, startSweep } from '../../shared/watch/sweep/sweep.ts';
import { BUCKET, REGION } from '../support/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { said } from './watched-jobs.ts';

/*
 * PostgreSQL itself tells the plan of every statement that it runs for the code (its module auto_explain): nothing here
 * repeats a query. A table that grows with what is stored must never be read as a whole.
 */

const GROUP = { bucket: BUCKET, region: REGION, tag: 'Animation', queue_id: 'p1' };
const TOKEN = randomUUID();
const INTENT = randomUUID();
/** Tables with a row or so for each job. The others have one for a group, an account, a tag. */
const LARGE = ['watches', 'watch_history', 'events', 'intents', 'idempotency_keys'];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

let database: TestDatabase;
let client: postgres.Sql;
let plans: PlanNode[] = [];
let store: Store;

beforeAll(async () => {
  database = await startTestDatabase();
  const migrating = openStore(database.url, Date.now);
  await migrating.transaction((sql) => sql`select 1`);
  await migrating.close();
  client = postgres(database.url, { max: 1, prepare: false, onnotice: note });
  await client.unsafe(ROWS);
  await client`vacuum analyze`;
  await client.unsafe(`
    load 'auto_explain';
    set auto_explain.log_min_duration = 0;
    set auto_explain.log_format = 'json';
    set auto_explain.log_level = 'notice'`);
  store = { transaction: (work) => client.begin(work) as ReturnType<typeof work>, close: () => client.end() };
});

afterAll(async () => {
  await client.end();
  await database.close();
});

describe('a sweep reads what is due, and nothing that has ended', () => {
  it('the group that has waited longest', async () => {
    await expectIndexes(
      (sql) => nextDueGroup(sql, new Date(), [{ ...GROUP, queue_id: 'p0' }]),
      ['watches_due'],
    );
  });

  it.each([
    ['its due watches', (sql: Sql) => claimDue(sql, GROUP, TOKEN, new Date())],
    ['those that are not due', (sql: Sql) => claimAhead(sql, GROUP, TOKEN)],
    ['as many as fill a request', (sql: Sql) => claimBeside(sql, GROUP, TOKEN, 7)],
  ])('claims %s', async (_, claim) => {
    await expectIndexes(claim, ['watches_open_group']);
  });

  it('how many are open in a group', async () => {
    await expectIndexes((sql) => readGroup(sql, GROUP), ['watches_open_group']);
  });

  it.each([
    ['renews', renew],
    ['gives back', giveBack],
  ])('%s what its token holds', async (_, act) => {
    await client`update watches set claim_token = ${TOKEN} where job_id in ('open-1', 'open-2')`;
    await expectIndexes((sql) => act(sql, TOKEN), ['watches_claimed']);
  });

  it.each([
    ['schedules', schedule],
    ['postpones', (sql: Sql, token: string, next: Next) => postpone(sql, token, next, 'no')],
    ['counts misses of', (sql: Sql, token: string, next: Next) => countMisses(sql, token, next, 300)],
  ])('%s what it has read', async (_, act) => {
    await client`update watches set claim_token = ${TOKEN} where job_id in ('open-1', 'open-2')`;
    const next = ['open-1', 'open-2'].map((jobId) => ({ jobId, delayMs: 1000 }));
    await expectIndexes((sql) => act(sql, TOKEN, next), ['watches_pkey']);
  });

  it('its beginning, the intents that are due, and its end', async () => {
    const clock = systemClock;
    const options = { ...clock, endpoint: undefined, timeoutMs: 1000, credentials: neverAsked };
    const run = await startSweep({
      store,
      ci: createClient(options),
      clock,
      log: createLog('error', {}),
      deadlineMs: clock.now() + 60_000,
      slotsFor: slotsByAccount(store, 50, clock),
      limits: { missingGraceSeconds: 300, stallAfterSeconds: 21_600 },
    });
    expectUsed(['watches_due']);
    await workOff(run, { settleSeconds: 120, rules: [] });
    expectUsed(['intents_due']);
    await endSweep(run);
    expectUsed(['watches_oldest']);
  });
});

describe('whatever is stored', () => {
  it('an observation reads the watches that it names', async () => {
    await observe(store, [said('open-3', 'Success', Date.now()), said('nobodys', 'Success', 1)]);
    expectUsed(['watches_pkey']);
  });

  it('a watch begins, and is read, by its id', async () => {
    await expectIndexes(
      (sql) => addWatches(sql, [{ jobId: 'new', bucket: BUCKET, region: REGION, source: 'submit' }]),
      [],
    );
    await expectIndexes((sql) => getWatch(sql, 'open-4'), ['watches_pkey', 'watch_history_of_job']);
    await expectIndexes((sql) => getWatches(sql, ['open-4', 'open-5']), ['watches_pkey']);
  });

  it('a list begins where its cursor stands', async () => {
    const cursor = encodeCursor({ createdUs: `${Date.now() - 3_600_000}000`, id: 'open-1' });
    await expectIndexes((sql) => listWatches(sql, { limit: 50 }), ['watches_newest', 'intents_unsettled']);
    await expectIndexes(
      (sql) => listWatches(sql, { limit: 50, cursor }),
      ['watches_newest', 'intents_unsettled'],
    );
    await expectIndexes(
      (sql) => listWatches(sql, { limit: 50, intent: INTENT }),
      ['watches_intent', 'intents_pkey'],
    );
  });

  it('health is asked of the indexes', async () => {
    await expectIndexes(readHealth, ['watches_oldest']);
  });

  it('what is removed is found by its age, in batches', async () => {
    await expectIndexes(
      (sql) => retire(sql, 30),
      ['watches_ended', 'events_by_age', 'intents_settled', 'watches_pkey', 'events_pkey', 'intents_pkey'],
    );
  });
});

type Next = Parameters<typeof schedule>[2];

/**
 * 20 000 watches: 2 000 open in forty groups, half of them due; 40 000 steps and events; 20 000 submissions, 1 000 unsettled.
 * As wide as real ones: PostgreSQL would rather read a small table as a whole, and rightly.
 */
const ROWS = `
  insert into watches (job_id, bucket, region, tag, queue_id, state, outcome, source, intent_id,
    job_created_at, created_at, ended_at, next_check_at, job)
  select case when open then 'open-' else 'ended-' end || n, '${BUCKET}', '${REGION}', 'Animation', 'p' || n % 40,
    case when open then 'Running' else 'Success' end, case when open then '' else 'Success' end, 'submit',
    case when n % 2 = 0 then gen_random_uuid() end, at, at, case when not open then at + interval '1 minute' end,
    now() + (n - 1000) * interval '1 second', json_build_object('JobId', n, 'Message', repeat('x', 1200))
  from (select n, n <= 2000 as open, now() - n * interval '3 minutes' as at from generate_series(1, 20000) as n) as r;
  insert into watch_history (job_id, from_state, to_state, at, source)
  select job_id, '', state, created_at, 'recheck' from watches, generate_series(1, 2);
  insert into events (id, job_id, bucket, type, at, data)
  select job_id || '.' || n, job_id, bucket, 'jobwatch.job.succeeded', created_at, job
  from watches, generate_series(1, 2) as n;
  insert into intents (id, bucket, region, source, request, state, next_try_at, created_at, settled_at)
  select gen_random_uuid(), '${BUCKET}', '${REGION}', 'submit',
    json_build_object('Tag', 'Animation', 'Operation', json_build_array(), 'Input', repeat('x', 1200)),
    case when n <= 1000 then 'doubtful' else 'submitted' end, now() + interval '1 hour', at, case when n > 1000 then at end
  from (select n, now() - n * interval '3 minutes' as at from generate_series(1, 20000) as n) as r;
  insert into idempotency_keys (key_hash, body_hash, intent_id, created_at)
  select id, id, id, created_at from intents`;

/** Runs it in a transaction, and demands these indexes of its plans. */
async function expectIndexes(work: (sql: Sql) => Promise<unknown>, indexes: string[]): Promise<void> {
  await store.transaction(work);
  expectUsed(indexes);
}

function expectUsed(indexes: readonly string[]): void {
  const nodes = plans.flatMap(withinPlan);
  plans = [];
  expect(nodes.length).toBeGreaterThan(0);
  const whole = nodes.filter((node) => node['Node Type'] === 'Seq Scan');
  expect(whole.map((node) => node['Relation Name']).filter((name = '') => LARGE.includes(name))).toEqual([]);
  const used = new Set(nodes.map((node) => node['Index Name']));
  expect([...used]).toEqual(expect.arrayContaining([...indexes]));
}

function withinPlan(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(withinPlan)];
}

/** auto_explain says `duration: 0.1 ms  plan:` and then JSON. */
function note({ message = '' }: postgres.Notice): void {
  const [, json] = /^duration: .* plan:\n([\s\S]*)$/.exec(message) ?? [];
  if (json !== undefined) plans.push(JSON.parse(json).Plan);
}

function neverAsked(): never {
  throw new Error('CI was asked');
}
