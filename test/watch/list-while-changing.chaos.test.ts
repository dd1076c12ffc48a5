import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { State } from '../../shared/ci/job-state.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { listWatches } from '../../shared/watch/lists/list-watches.ts';
import type { ListedWatch } from '../../shared/watch/lists/to-listed.ts';
import type { WatchFilter } from '../../shared/watch/lists/watch-filter.ts';
import { observe } from '../../shared/watch/observe.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';
import { until } from '../worlds/until.ts';

const WATCHES = 1000;
const BATCH = 100;

let database: TestDatabase;
let reader: Store;
let writer: Store;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await startTestDatabase();
  reader = openStore(database.url, Date.now);
  writer = openStore(database.url, Date.now);
  await reader.transaction((tx) => tx`select 1`);
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
});
/**
 * Whatever was written is over for the whole server, which other tests write to as well: what is newer than its oldest
 * transaction counts as written since.
 */
async function untilNobodyWrites(): Promise<void> {
  const [written] = await sql<{ id: string }[]>`select pg_snapshot_xmax(pg_current_snapshot())::text as id`;
  await until(async () => {
    const over =
      await sql`select 1 where pg_snapshot_xmin(pg_current_snapshot()) >= ${written?.id ?? '0'}::xid8`;
    expect(over).toHaveLength(1);
  });
}

beforeEach(() => sql`truncate watches, watch_history, events, intents cascade`);
afterAll(async () => {
  await Promise.all([reader.close(), writer.close(), sql.end()]);
  await database.close();
});

const ids = Array.from({ length: WATCHES }, (_, n) => `j${String(n).padStart(4, '0')}`);
const inBatches = Array.from({ length: WATCHES / BATCH }, (_, n) => ids.slice(n * BATCH, (n + 1) * BATCH));

/** What CI says of jobs now. */
async function say(jobIds: readonly string[], State: State, Code = 'Success'): Promise<void> {
  const observations = jobIds.map((JobId) => ({
    job: { JobId, State, Code, Tag: 'Animation', Input: { Object: `clips/${JobId}.mp4` } },
    sentAtMs: Date.now(),
    source: 'recheck' as const,
  }));
  await observe(writer, observations);
}

async function watchAll(): Promise<void> {
  for (const batch of inBatches) {
    await writer.transaction((tx) =>
      addWatches(
        tx,
        batch.map((jobId) => ({ jobId, bucket: BUCKET, region: REGION, source: 'submit' })),
      ),
    );
    await say(batch, 'Running');
  }
}

/** All pages, while `meanwhile` goes on; it begins once the first page is there. */
async function readAll(
  filter: WatchFilter & { readonly order?: 'asc' | 'desc' },
  meanwhile: () => Promise<void>,
): Promise<ListedWatch[]> {
  const seen: ListedWatch[] = [];
  let writing: Promise<void> | undefined;
  for (let cursor: string | undefined; cursor !== ''; ) {
    const query = { ...filter, limit: 37, ...(cursor ? { cursor } : {}) };
    const page = await reader.transaction((tx) => listWatches(tx, query));
    seen.push(...page.Watches);
    cursor = page.NextCursor;
    writing ??= meanwhile();
  }
  await writing;
  return seen;
}

const namesOf = (watches: readonly ListedWatch[]) => watches.map(({ JobId }) => JobId);

describe.each(['desc', 'asc'] as const)('a list (%s) is read while 1 000 changes are written', (order) => {
  it.each<[string, WatchFilter]>([
    ['all', {}],
    ['what runs', { state: ['Running'] }],
    ['what is open', { open: true }],
    ['what has a code', { code: ['Success'] }],
    ['what runs and lies below a prefix', { state: ['Running'], input: 'clips/*', bucket: BUCKET }],
  ])('%s: nothing comes twice, nothing is missed', async (_, filter) => {
    await watchAll();
    const seen = await readAll({ ...filter, order }, async () => {
      // From both ends, so that some have changed before their page is read, whatever the order.
      for (const batch of [...inBatches].sort((a, b) =>
        String(a[0]).slice(2) < String(b[0]).slice(2) ? -1 : 1,
      ))
        await say(batch, 'Failed', 'TranscodeFailed');
    });
    const expected = order === 'asc' ? ids : [...ids].reverse();
    expect(namesOf(seen).sort()).toEqual([...expected].sort());
  });

  it('what has changed before the list began is not in it', async () => {
    await watchAll();
    await say(ids.slice(0, 300), 'Success');
    await untilNobodyWrites();
    const seen = await readAll({ state: ['Running'], order }, () => say(ids.slice(300, 400), 'Cancel'));
    expect(namesOf(seen).sort()).toEqual(ids.slice(300));
  });
});

it('a job that was Missing and comes back is still in the list of what is Missing', async () => {
  await watchAll();
  await sql`update watches set outcome = 'Missing', ended_at = now() where job_id < 'j0100'`;
  const seen = await readAll({ outcome: ['Missing'] }, () => say(ids.slice(0, 100), 'Success'));
  expect(namesOf(seen).sort()).toEqual(ids.slice(0, 100));
  expect((await readAll({ outcome: ['Missing'] }, async () => undefined)).length).toBe(0);
});

it('a change whose transaction began before the list, and ends after its first page, hides nothing', async () => {
  await watchAll();
  const late = postgres(database.url, { max: 1, onnotice: () => undefined });
  let commit: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let changing: Promise<unknown> | undefined;
  await new Promise<void>((written) => {
    changing = late.begin(async (tx) => {
      await tx`update watches set state = 'Success', outcome = 'Success', ended_at = jobwatch_now() where job_id = 'j0005'`;
      await tx`insert into watch_history (job_id, from_state, to_state, at, source)
        values ('j0005', 'Running', 'Success', jobwatch_now(), 'recheck')`;
      written();
      await held;
    });
  });
  const seen = await readAll({ state: ['Running'] }, async () => {
    commit();
    await changing;
  });
  await late.end();
  expect(namesOf(seen).sort()).toEqual(ids);
});
