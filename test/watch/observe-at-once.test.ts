import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '../../shared/store/store.ts';
import { claimApart, postpone } from '../../shared/sweep/apart.ts';
import { giveBack, renew } from '../../shared/sweep/claim/lease.ts';
import { countMisses } from '../../shared/sweep/settle/close-missing.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { observe, observeWithin } from '../../shared/watch/observe.ts';
import { times } from '../fuzz/runs.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';
import { said, watchNewJobs } from '../worlds/watched-jobs.ts';

/*
 * Whoever holds rows that another waits for, and waits for rows that the other holds, is ended by PostgreSQL after a
 * second: it would show as an error here.
 */

const CONNECTIONS = 6;
const ROUNDS = times(5);
const JOBS = 200;
const KIND = { bucket: BUCKET, region: REGION, tag: '' };

let database: TestDatabase;
let stores: Store[];

beforeAll(async () => {
  database = await startTestDatabase();
  stores = Array.from({ length: CONNECTIONS }, () => openStore(database.url, Date.now));
});

beforeEach(async () => {
  const [store] = stores;
  await first(store).transaction((sql) => sql`truncate watches cascade`);
});

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database.close();
});

it('batches of the same jobs in different orders never wait for each other in a circle', async () => {
  const [store] = stores;
  const ids = await watchNewJobs(first(store), JOBS);
  const states = ['Running', 'Pause'];
  await onAll(async (store, connection) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const state = states[(round + connection) % 2] ?? '';
      await observe(
        store,
        mixed(ids, connection + round).map((id) => said(id, state, round)),
      );
    }
  });
});

it('nor do batches that bring their watches along', async () => {
  await onAll(async (store) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // Each round half of the jobs are known already.
      const ids = Array.from({ length: JOBS }, (_, index) => `discovered-${round * (JOBS / 2) + index}`);
      await store.transaction(async (sql) => {
        const watches = mixed(ids, Math.random() * JOBS).map((jobId) => ({
          jobId,
          bucket: BUCKET,
          region: REGION,
          source: 'discover' as const,
          ...(Math.random() < 0.5 ? { intentId: randomUUID() } : {}),
        }));
        await addWatches(sql, watches);
        await observeWithin(
          sql,
          mixed(ids, Math.random() * JOBS).map((id) => said(id, 'Running', round)),
        );
      });
    }
  });
});

/** What a sweep does with what it holds. */
const SWEEPS: Record<string, (store: Store, token: string, claimed: readonly string[]) => Promise<void>> = {
  async 'renews and gives back'(store, token) {
    await store.transaction((sql) => renew(sql, token, 500));
    await store.transaction((sql) => giveBack(sql, token, 500));
  },
  async 'counts misses and postpones'(store, token, claimed) {
    const next = [...claimed].sort(descending).map((jobId) => ({ jobId, delayMs: 0 }));
    const half = Math.ceil(next.length / 2);
    await store.transaction((sql) => countMisses(sql, { token, graceSeconds: 3600 }, next.slice(0, half)));
    await store.transaction((sql) => postpone(sql, token, next.slice(half), 'SlowDown: later'));
  },
};

it.each(Object.entries(SWEEPS))('nor do batches and a sweep that %s', async (_, sweep) => {
  const [sweeper, ...observers] = stores;
  const store = first(sweeper);
  const ids = await watchNewJobs(store, JOBS);
  await makeDueInReverse(store, ids);
  const startedAt = new Date(Date.now() + 3_600_000);
  for (let round = 0; round < ROUNDS; round += 1) {
    const token = randomUUID();
    const claimed = await store.transaction((sql) => claimApart(sql, { kind: KIND, token, startedAt }, JOBS));
    expect(claimed).toHaveLength(JOBS);
    await Promise.all([
      sweep(
        store,
        token,
        claimed.map(({ job_id }) => job_id),
      ),
      ...observers.map((observer) =>
        observe(
          observer,
          ids.map((id) => said(id, 'Running', round)),
        ),
      ),
    ]);
  }
});

function descending(one: string, other: string): number {
  return one < other ? 1 : -1;
}

/** A claim takes what is due longest first, and rows lie as they were written: against the order of their ids, here. */
async function makeDueInReverse(store: Store, ids: readonly string[]): Promise<void> {
  const jobs = [...ids].sort(descending).map((id, rank) => ({ id, rank }));
  await store.transaction(
    (sql) => sql`
      update watches set apart_at = jobwatch_now() - interval '1 hour' + job.rank * interval '1 second'
      from json_to_recordset(${JSON.stringify(jobs)}::text::json) as job (id text, rank int)
      where job_id = job.id`,
  );
}

async function onAll(work: (store: Store, connection: number) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(stores.map(work));
  expect(ends.filter((end) => end.status === 'rejected')).toEqual([]);
}

/** The same in another order: `seed` decides which. */
function mixed<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => ({ item, key: Math.sin(index * 12.9898 + seed * 78.233) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function first(store: Store | undefined): Store {
  if (store === undefined) throw new Error('no connection');
  return store;
}
