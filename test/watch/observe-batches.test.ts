import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Sql, type Store } from '../../shared/store/store.ts';
import { getWatch } from '../../shared/watch/get-watch.ts';
import { observe, observeWithin } from '../../shared/watch/observe.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';
import { said, watchNewJobs } from '../worlds/watched-jobs.ts';

let database: TestDatabase;
let store: Store;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await startTestDatabase();
  store = openStore(database.url, Date.now);
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
});

afterAll(async () => {
  await Promise.all([store.close(), sql.end()]);
  await database.close();
});

describe('a batch costs the same whatever its size', () => {
  it.each([1, 10, 1000])('%i jobs take two statements', async (count) => {
    const ids = await watchNewJobs(store, count);
    const statements: string[] = [];
    const changed = await store.transaction((sql) =>
      observeWithin(
        noting(sql, statements),
        ids.map((id) => said(id, 'Running', 1)),
      ),
    );
    expect(changed).toHaveLength(count);
    expect(statements).toHaveLength(2);
  });

  it('one that says nothing new writes nothing', async () => {
    const ids = await watchNewJobs(store, 3);
    const words = ids.map((id) => said(id, 'Running', 1));
    await observe(store, words);
    const before = await sql`select xmin, * from watches where job_id in ${sql(ids)} order by job_id`;
    expect(await observe(store, words)).toEqual([]);
    expect(await sql`select xmin, * from watches where job_id in ${sql(ids)} order by job_id`).toEqual(
      before,
    );
  });
});

describe('what a batch says', () => {
  it('jobs that nobody watches are passed over', async () => {
    const [id = ''] = await watchNewJobs(store);
    const changed = await observe(store, [said('jnobodys', 'Success', 1), said(id, 'Success', 1)]);
    expect(changed).toEqual([{ JobId: id, From: '', To: 'Success', source: 'recheck', hinted: false }]);
    expect(await store.transaction((sql) => getWatch(sql, 'jnobodys'))).toBeUndefined();
    expect(await sql`select from events where job_id = 'jnobodys'`).toHaveLength(0);
  });

  it('a job named twice is one change, in whatever order the words come', async () => {
    const [one = '', other = ''] = await watchNewJobs(store, 2);
    await observe(store, [said(one, 'Running', 5), said(one, 'Submitted', 9), said(one, 'Running', 3)]);
    await observe(store, [said(other, 'Success', 3), said(other, 'Running', 9)]);
    expect(await wayOf(one)).toEqual([['', 'Running']]);
    expect(await wayOf(other)).toEqual([['', 'Success']]);
  });

  it('the same state told later brings the details up to date and is no change', async () => {
    const [id = ''] = await watchNewJobs(store);
    await observe(store, [said(id, 'Running', 1, { Progress: '10' })]);
    expect(await observe(store, [said(id, 'Running', 2, { Progress: '70' })])).toEqual([]);
    // Overtaken on its way.
    await observe(store, [said(id, 'Running', 1.5, { Progress: '40' })]);
    const watch = await store.transaction((sql) => getWatch(sql, id));
    expect(watch?.Job?.Progress).toBe('70');
    expect(watch?.History).toHaveLength(1);
  });

  it('a job keeps the order of its nodes, and its submitter’s own UserData', async () => {
    const [id = ''] = await watchNewJobs(store);
    const job = {
      Tag: 'Animation',
      QueueId: 'p1',
      Operation: {
        UserData: 'jw1.00000000-0000-4000-8000-000000000000.0 mine',
        Output: { Region: 'r', Bucket: 'b', Object: 'o' },
      },
      CreationTime: '2026-06-27T15:23:12+0800',
    };
    await observe(store, [said(id, 'Success', 1, job)]);
    const watch = await store.transaction((sql) => getWatch(sql, id));
    expect(Object.keys(watch?.Job ?? {})).toEqual(['JobId', 'State', ...Object.keys(job)]);
    expect(watch?.Job?.Operation?.UserData).toBe('mine');
    expect(watch).toMatchObject({ Tag: 'Animation', QueueId: 'p1', Output: job.Operation.Output });
    const [event] = await sql`select data, job_from_watch from events where job_id = ${id}`;
    // Input, Output and Job are read from the watch's document when the event is told.
    const { JobId, Bucket, Region, Tag, State, Outcome, Source, Rule, LastError, CreatedAt, EndedAt } = {
      ...watch,
    };
    const kept = { JobId, Bucket, Region, Tag, State, Outcome, Source, Rule, LastError, CreatedAt, EndedAt };
    expect(event).toEqual({ data: { Watch: kept }, job_from_watch: true });
    const [row] = await sql`select job_created_at from watches where job_id = ${id}`;
    expect(row?.['job_created_at']).toEqual(new Date('2026-06-27T07:23:12Z'));
  });
});

describe('our key in UserData is never told', () => {
  const key = 'jw1.00000000-0000-4000-8000-000000000000.0';
  it.each([
    ['text of the submitter behind it', `${key} mine`, 'mine'],
    ['nothing behind it', `${key} `, ''],
    ['nothing behind it, and its space lost on the way', key, ''],
    ['text that only looks like it', `${key}th of mine`, `${key}th of mine`],
  ])('%s', async (_, sent, told) => {
    const [id = ''] = await watchNewJobs(store);
    await observe(store, [said(id, 'Success', 1, { Operation: { UserData: sent } })]);
    const watch = await store.transaction((sql) => getWatch(sql, id));
    expect(watch?.Job?.Operation?.UserData).toBe(told);
  });
});

describe('a batch happens as a whole or not at all', () => {
  it('an event that cannot be written takes its change and its history back', async () => {
    const ids = await watchNewJobs(store, 3);
    const words = ids.map((id) => said(id, 'Success', 1));
    // The last of the three in the order of writing.
    await sql.unsafe(
      `alter table events add constraint refused check (job_id <> '${[...ids].sort().at(-1)}') not valid`,
    );
    try {
      await expect(observe(store, words)).rejects.toMatchObject({ code: '23514' });
    } finally {
      await sql`alter table events drop constraint refused`;
    }
    expect(await sql`select distinct state, outcome from watches where job_id in ${sql(ids)}`).toEqual([
      { state: '', outcome: '' },
    ]);
    expect(await sql`select from watch_history where job_id in ${sql(ids)}`).toHaveLength(0);
    expect(await observe(store, words)).toHaveLength(3);
  });
});

async function wayOf(id: string): Promise<string[][]> {
  const steps = await sql<{ from_state: string; to_state: string }[]>`
    select from_state, to_state from watch_history where job_id = ${id} order by id`;
  return steps.map((step) => [step.from_state, step.to_state]);
}

/** The same connection, which notes what it is asked. */
function noting(sql: Sql, statements: string[]): Sql {
  return new Proxy(sql, {
    apply(ask, self, args: [readonly string[], ...unknown[]]) {
      const text = args[0].join('?');
      // A part of another is no statement.
      if (/^\s*(with|select|insert|update|delete) /.test(text)) statements.push(text);
      return Reflect.apply(ask, self, args);
    },
  });
}
