import postgres from 'postgres';
import { expect } from 'vitest';
import { openStore, type Sql, type Store } from '../../shared/store/store.ts';
import { BUCKET, REGION } from './test-cloud.ts';
import { startTestDatabase } from './test-database.ts';

/*
 * PostgreSQL itself tells the plan of every statement that it runs for the code (its module auto_explain): nothing here
 * repeats a query. A table that grows with what is stored must never be read as a whole.
 */

/** Tables with a row or so for each job. The others have one for a group, an account, a tag, an endpoint. */
const LARGE = [
  'watches',
  'watch_history',
  'events',
  'intents',
  'idempotency_keys',
  'deliveries',
  'object_versions',
  'output_holds',
  'intent_outputs',
  'acts',
  'retry_jobs',
];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

export type ExplainedStore = Awaited<ReturnType<typeof startExplainedStore>>;

/** A store with a year's worth of rows, that tells how each of its statements was run. */
export async function startExplainedStore() {
  let plans: PlanNode[] = [];
  const database = await startTestDatabase();
  const migrating = openStore(database.url, Date.now);
  await migrating.transaction((sql) => sql`select 1`);
  await migrating.close();
  const client = postgres(database.url, {
    max: 1,
    prepare: false,
    onnotice: (notice) => plans.push(...planIn(notice)),
  });
  await client.unsafe(ROWS);
  await client`vacuum analyze`;
  await client.unsafe(`
    load 'auto_explain';
    set auto_explain.log_min_duration = 0;
    set auto_explain.log_format = 'json';
    set auto_explain.log_level = 'notice'`);
  const store: Store = {
    transaction: (work) => client.begin(work) as ReturnType<typeof work>,
    close: () => client.end(),
  };

  /** Demands these indexes of the plans since it was last asked. */
  function expectUsed(indexes: readonly string[]): void {
    const nodes = plans.flatMap(withinPlan);
    plans = [];
    expect(nodes.length).toBeGreaterThan(0);
    const whole = nodes.filter((node) => node['Node Type'] === 'Seq Scan');
    expect(whole.map((node) => node['Relation Name']).filter((name = '') => LARGE.includes(name))).toEqual(
      [],
    );
    const used = new Set(nodes.map((node) => node['Index Name']));
    expect([...used]).toEqual(expect.arrayContaining([...indexes]));
  }

  return {
    client,
    store,
    expectUsed,
    /** Runs it in a transaction, and demands these indexes of its plans. */
    async expectIndexes(work: (sql: Sql) => Promise<unknown>, indexes: readonly string[]): Promise<void> {
      plans = [];
      await store.transaction(work);
      expectUsed(indexes);
    },
    async close(): Promise<void> {
      await client.end();
      await database.close();
    },
  };
}

/**
 * 20 000 watches: 2 000 open in forty groups of 25 cohorts, one in fifty of them apart; 40 000 steps and events; 20 000 submissions, 1 000 unsettled;
 * 20 000 objects that rules know;
 * 80 000 deliveries to two endpoints and few to a third, 4 000 pending, half of those due; 300 events that are not fanned out.
 * As wide as real ones: PostgreSQL would rather read a small table as a whole, and rightly.
 */
const ROWS = `
  insert into watches (job_id, bucket, region, tag, queue_id, state, outcome, source, intent_id,
    job_created_at, created_at, ended_at, next_check_at, apart_at, job)
  select case when open then 'open-' else 'ended-' end || n, '${BUCKET}', '${REGION}', 'Animation', 'p' || n % 40,
    case when open then 'Running' else 'Success' end, case when open then '' else 'Success' end, 'submit',
    case when n % 2 = 0 then gen_random_uuid() end, at, at, case when not open then at + interval '1 minute' end,
    now() + (n - 1000) * interval '1 second', case when n % 50 = 0 then now() + n * interval '1 second' end,
    json_build_object('JobId', n, 'Message', repeat('x', 1200))
  from (select n, n <= 2000 as open, now() - n * interval '3 minutes' as at from generate_series(1, 20000) as n) as r;
  insert into watch_cohorts (bucket, region, tag, queue_id, starts_at, next_check_at, open)
  select '${BUCKET}', '${REGION}', 'Animation', 'p' || q, case when n = 0 then '-infinity' else now() - n * interval '4 hours' end,
    now() + (n * 40 + q) * interval '1 second', 1 + n % 7
  from generate_series(0, 39) as q, generate_series(0, 24) as n;
  insert into watch_history (job_id, from_state, to_state, at, source)
  select job_id, '', state, created_at, 'recheck' from watches, generate_series(1, 2);
  insert into events (id, job_id, bucket, type, at, data)
  select job_id || '-' || n, job_id, bucket, 'jobwatch.job.succeeded', created_at, job
  from watches, generate_series(1, 2) as n;
  insert into intents (id, bucket, region, source, request, state, next_try_at, created_at, settled_at)
  select gen_random_uuid(), '${BUCKET}', '${REGION}', 'submit',
    json_build_object('Tag', 'Animation', 'Operation', json_build_array(), 'Input', repeat('x', 1200)),
    case when n <= 1000 then 'doubtful' else 'submitted' end, now() + interval '1 hour', at, case when n > 1000 then at end
  from (select n, now() - n * interval '3 minutes' as at from generate_series(1, 20000) as n) as r;
  insert into acts (at, by, act, subject, result)
  select created_at, 'ann', 'job.retry', job_id, 'ordered' from watches;
  insert into retries (id, by, count, created_at)
  select ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'ann', 10000, now() from generate_series(1, 2) as n;
  insert into retry_jobs (retry_id, number, job_id)
  select r.id, n, 'j' || n from retries r, generate_series(1, 10000) as n;
  insert into object_versions (bucket, region, object, rule, etag, event_time, seen_at)
  select bucket, region, 'clips/' || job_id || repeat('x', 400), 'gifs', job_id, created_at, created_at from watches;
  insert into idempotency_keys (key_hash, body_hash, intent_id, created_at)
  select id, id, id, created_at from intents;
  update events set fanned_out = seq <= (select max(seq) - 300 from events);
  insert into endpoints values ('hooks'), ('other'), ('rare');
  insert into deliveries (id, event_seq, job_id, endpoint, state, attempts, next_attempt_at, created_at, ended_at)
  select id || '.' || endpoint, seq, job_id, endpoint,
    case when seq > 2000 then case when seq % 40 = 0 then 'dead' else 'delivered' end else 'pending' end, seq % 9,
    now() + (seq - 1000) * interval '1 second', at, case when seq > 2000 then at + interval '1 minute' end
  from events join (values ('hooks', 1), ('other', 1), ('rare', 1000)) as to_each (endpoint, share) on seq % share = 0`;

function withinPlan(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(withinPlan)];
}

/** auto_explain says `duration: 0.1 ms  plan:` and then JSON. */
function planIn({ message = '' }: postgres.Notice): PlanNode[] {
  const [, json] = /^duration: .* plan:\n([\s\S]*)$/.exec(message) ?? [];
  return json === undefined ? [] : [JSON.parse(json).Plan];
}
