import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../shared/store/cursor.ts';
import { openStore, type Sql, type Store } from '../../shared/store/store.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { listWatches } from '../../shared/watch/lists/list-watches.ts';
import type { ListedWatch } from '../../shared/watch/lists/to-listed.ts';
import { stopTime } from '../worlds/shift-time.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';

const PLACE = { bucket: BUCKET, region: REGION };
const RUNS = { short: 200, '1': 5000 }[process.env['FUZZ'] ?? ''] ?? 30;

let database: TestDatabase;
let store: Store;
let sql: postgres.Sql;
let pass: (seconds: number) => Promise<void>;

beforeAll(async () => {
  database = await startTestDatabase();
  store = openStore(database.url, Date.now);
  await store.transaction((tx) => tx`select 1`);
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  // What happens without time passing is of the same microsecond.
  pass = await stopTime(database.url);
});
beforeEach(clear);
afterAll(async () => {
  await Promise.all([store.close(), sql.end()]);
  await database.close();
});

async function clear(): Promise<void> {
  await sql`truncate watches, intents cascade`;
}

interface Act {
  readonly do: 'intend' | 'settle' | 'discover' | 'join' | 'supersede' | 'refuse';
  readonly pick: number;
  readonly jobs: number;
  readonly later: boolean;
}

/** A job's id, of which some are smaller than any submission's and some are larger. */
function newJob(): string {
  return `${Math.random() < 0.5 ? '0' : 'j'}${randomUUID().replaceAll('-', '')}`;
}

async function intend(state = 'pending'): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into intents (id, bucket, region, source, request, state, next_try_at, created_at, settled_at)
    values (${id}, ${BUCKET}, ${REGION}, 'object', '{"Tag":"Animation","Operation":[{}]}', ${state}, jobwatch_now(),
      jobwatch_now(), case when ${state} <> 'pending' then jobwatch_now() end)`;
  return id;
}

async function close(id: string, state: string): Promise<void> {
  await sql`update intents set state = ${state}, settled_at = jobwatch_now() where id = ${id}`;
}

async function settle(intentId: string, jobs: readonly string[]): Promise<void> {
  await store.transaction(async (tx) => {
    const job = (JobId: string) => ({ JobId, Tag: 'Animation', State: 'Submitted' as const });
    await addWatches(
      tx,
      jobs.map((jobId) => ({ ...PLACE, jobId, source: 'object', intentId, rule: '', job: job(jobId) })),
    );
    await tx`update intents set state = 'submitted', settled_at = jobwatch_now() where id = ${intentId}`;
  });
}

function find(...jobs: string[]): Promise<void> {
  return store.transaction((tx) =>
    addWatches(
      tx,
      jobs.map((jobId) => ({ ...PLACE, jobId, source: 'discover' })),
    ),
  );
}

function page(limit: number, cursor?: string) {
  return store.transaction((tx: Sql) => listWatches(tx, { limit, ...(cursor ? { cursor } : {}) }));
}

/** The first page, what happens then, and all that is on the pages. */
async function pagesAround(
  limit: number,
  meanwhile: (page: number) => Promise<void>,
): Promise<ListedWatch[]> {
  const seen: ListedWatch[] = [];
  let cursor: string | undefined;
  for (let number = 0; cursor !== ''; number++) {
    const { Watches, NextCursor } = await page(limit, cursor);
    seen.push(...Watches);
    cursor = NextCursor;
    await meanwhile(number);
  }
  return seen;
}

const nameOf = ({ JobId, Intent }: ListedWatch) => JobId || Intent;

describe('what there was when the first page was asked for is on one page, once', () => {
  it.each([1, 2, 3])('a submission that is settled between two pages, into %i jobs', async (count) => {
    const older = await intend();
    await pass(1);
    for (let newer = 0; newer < 3; newer++) await intend();
    await pass(1);
    const jobs = Array.from({ length: count }, newJob);
    const seen = await pagesAround(2, async (number) => {
      if (number === 0) await settle(older, jobs);
    });
    expect(seen.slice(3).map(nameOf).sort()).toEqual([...jobs].sort());
    expect(new Set(seen.slice(3).map(({ Intent }) => Intent))).toEqual(new Set([older]));
  });

  it.each(['before', 'after'])(
    'a submission whose job discovery found first, %s the first page was asked for',
    async (when) => {
      const older = await intend();
      await pass(1);
      await intend();
      await pass(1);
      const job = newJob();
      if (when === 'before') await find(job);
      const seen = await pagesAround(1, async (number) => {
        if (number > 0) return;
        await pass(1);
        if (when === 'after') await find(job);
        await settle(older, [job]);
      });
      expect(seen.map(nameOf).filter((name) => name === job)).toEqual([job]);
    },
  );

  it('a submission that CI refuses, or that is superseded, between two pages', async () => {
    const [refused, superseded] = [await intend(), await intend()];
    await pass(1);
    await intend();
    await pass(1);
    const seen = await pagesAround(1, async (number) => {
      if (number > 0) return;
      await pass(1);
      await close(refused, 'refused');
      await close(superseded, 'superseded');
    });
    const states = new Map(seen.map((watch) => [watch.Intent, watch.State]));
    expect(states.get(refused)).toBe('Refused');
    expect(states.get(superseded)).toBe('Superseded');
    // Whoever begins now sees what is not settled, and what was superseded.
    expect((await page(10)).Watches.map(({ State }) => State).sort()).toEqual(['Pending', 'Superseded']);
  });

  it('a submission that was given up, of which CI told a job after all, is listed as that job', async () => {
    const id = await intend();
    await close(id, 'superseded');
    await settle(id, ['j1']);
    await close(id, 'superseded');
    expect((await pagesAround(1, async () => undefined)).map(nameOf)).toEqual(['j1']);
  });

  it('a cursor of the release before goes on where it stood', async () => {
    await find('j1', 'j2', 'j3');
    const [row] = await sql<{ us: string }[]>`
      select (extract(epoch from created_at) * 1000000)::bigint::text as us from watches limit 1`;
    const before = encodeCursor({ createdUs: row?.us ?? '', id: 'j3' });
    expect((await page(10, before)).Watches.map(nameOf)).toEqual(['j2', 'j1']);
  });

  it('whatever happens between the pages, at the same moment or later', async () => {
    const act = fc.record({
      do: fc.constantFrom('intend', 'settle', 'discover', 'join', 'supersede', 'refuse'),
      pick: fc.nat(50),
      jobs: fc.integer({ min: 1, max: 3 }),
      later: fc.boolean(),
    });
    const acts = fc.array(act, { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        acts,
        fc.array(acts, { maxLength: 4 }),
        fc.integer({ min: 1, max: 3 }),
        async (before, between, limit) => {
          await clear();
          /** the jobs of each submission; none while it is pending, or when there will be none */
          const intents = new Map<string, string[]>();
          const open = new Set<string>();
          const watches = new Set<string>();
          const play = async ({ do: what, pick, jobs, later }: Act) => {
            // What only a time can tell from what was there before happens later.
            if (later || what === 'join' || what === 'refuse') await pass(1);
            const id = [...open][pick % Math.max(1, open.size)];
            const names = Array.from({ length: jobs }, newJob);
            if (what === 'intend') {
              const made = await intend();
              intents.set(made, []);
              open.add(made);
            } else if (what === 'discover') {
              await find(...names);
              for (const name of names) watches.add(name);
            } else if (id !== undefined) {
              open.delete(id);
              if (what === 'supersede' || what === 'refuse') await close(id, `${what}d`);
              else {
                if (what === 'join') await find(names[0] ?? '');
                await settle(id, names);
                intents.set(id, names);
                for (const name of names) watches.add(name);
              }
            }
          };
          for (const each of before) await play(each);
          await pass(1);
          const pending = [...open];
          const there = [...watches];
          const seen = await pagesAround(limit, async (number) => {
            for (const each of between[number] ?? []) await play(each);
          });
          const names = seen.map(nameOf);
          expect(new Set(names).size).toBe(names.length);
          expect(names).toEqual(expect.arrayContaining(there));
          for (const id of pending) {
            const jobs = intents.get(id) ?? [];
            const asItself = names.includes(id);
            const asJobs = jobs.filter((job) => names.includes(job)).length;
            expect({ id, shown: asItself ? 1 + asJobs : asJobs }).toEqual({
              id,
              shown: asItself ? 1 : jobs.length,
            });
            expect(asItself || jobs.length > 0).toBe(true);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('a watch whose transaction commits late is told once, when it is there', async () => {
    await find('j5');
    await pass(1);
    await find('j9');
    const late = openStore(database.url, Date.now);
    let commit: () => void = () => undefined;
    const committed = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let writing: Promise<void> | undefined;
    await new Promise<void>((written) => {
      writing = late.transaction(async (tx) => {
        await addWatches(tx, [{ ...PLACE, jobId: 'j7', source: 'submit' }]);
        written();
        await committed;
      });
    });
    await pass(1);
    const seen = await pagesAround(1, async (number) => {
      if (number > 0) return;
      commit();
      await writing;
    });
    await late.close();
    expect(seen.map(nameOf)).toEqual(['j9', 'j7', 'j5']);
  });
});
