import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Store } from '../../shared/store/store.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { type Changed, observe } from '../../shared/watch/observe.ts';
import { recordChanges } from '../../shared/watch/record-changes.ts';
import type { WatchRow } from '../../shared/watch/watch.ts';
import { times } from '../fuzz/runs.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';
import { type Belief, EVENT_OF, hear, NEXT_STATES, oneWord, UNHEARD, type Word } from './observe-model.ts';

/*
 * Rounds of batches. Those of one round run at once, each on a connection of its own, and what the store then holds
 * must be what the model makes of them in some order: what each reported, the history, the belief and the events.
 */

const CONNECTIONS = 4;
const JOBS = 4;
const STATES = ['Submitted', 'Running', 'Pause', 'Queueing', 'Success', 'Failed', 'Cancel'];

/** Milliseconds before a history begins: most words are fresh, some are too old to count. */
const sentAt = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -20, max: -9 }) },
  fc.integer({ min: -600_020, max: -600_009 }),
);
/** A word about job number `job`; the one after the last is watched by nobody. */
const word = fc.record({
  job: fc.integer({ min: 0, max: JOBS }),
  state: fc.constantFrom(...STATES),
  sentAt,
});
/** Open states more often than ends: an end absorbs all that follows. */
const openWord = word.map((said) => ({ ...said, state: STATES[-said.sentAt % 4] ?? '' }));
const batch = fc.array(fc.oneof({ weight: 3, arbitrary: openWord }, word), { minLength: 1, maxLength: 8 });
/** A sweep that closes one job. */
const closing = fc
  .record({
    job: fc.integer({ min: 0, max: JOBS - 1 }),
    // By a clock that was put back since, too.
    sentAt: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -20, max: -9 }) }, fc.constant(3_600_000)),
  })
  .map((said) => [{ ...said, state: 'Missing' }]);
const round = fc.array(fc.oneof({ weight: 5, arbitrary: batch }, closing), {
  minLength: 1,
  maxLength: CONNECTIONS,
});
const rounds = fc.array(round, { minLength: 1, maxLength: 4 });

let database: TestDatabase;
let stores: Store[];
let sql: postgres.Sql;

beforeAll(async () => {
  database = await startTestDatabase();
  stores = Array.from({ length: CONNECTIONS }, () => openStore(database.url, Date.now));
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
});

afterAll(async () => {
  await Promise.all([...stores.map((store) => store.close()), sql.end()]);
  await database.close();
});

it('late, early, repeated, reordered and concurrent words leave what some order of them leaves', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (all) => {
      const ids = await watchJobs();
      const reports: Changed[][][] = [];
      const begunMs = Date.now();
      const told = all.map((one) =>
        one.map((words) => words.map((word) => ({ ...word, sentAt: begunMs + word.sentAt }))),
      );
      for (const one of told) {
        reports.push(await Promise.all(one.map((said, index) => tell(storeOf(index), ids, said))));
      }
      const histories = await historiesOf(ids);
      for (const [job, id] of ids.slice(0, JOBS).entries()) {
        const row = await beliefOf(id);
        const history = histories.filter((step) => step.job_id === id);
        expectPath(history);
        const explained = explain(
          told.map((one, at) =>
            one.flatMap((words, index): Heard[] => {
              const said = oneWord(words.filter((each) => each.job === job));
              const changed = reports[at]?.[index]?.find(({ JobId }) => JobId === id);
              return said ? [{ ...said, report: changed && { from: changed.From, to: changed.To } }] : [];
            }),
          ),
          history.map(({ from_state, to_state }) => ({ from: from_state, to: to_state })),
          row,
          begunMs,
        );
        expect(explained, JSON.stringify({ history, row, reports })).toBe(true);
      }
      await expectEvents(ids, histories);
    }),
    { numRuns: times(40) },
  );
});

/** What the model is given of one batch and one job, with the change that the batch reported. */
type Heard = Word & { report: { from: string; to: string } | undefined };
interface Step {
  from: string;
  to: string;
}

/** Whether some order within each round makes this history, these reports and this belief out of the words. */
function explain(
  said: readonly (readonly Heard[])[],
  history: readonly Step[],
  end: Belief,
  now: number,
  belief = UNHEARD,
): boolean {
  const [first, ...later] = said;
  if (first === undefined) return history.length === 0 && same(belief, end);
  if (first.length === 0) return explain(later, history, end, now, belief);
  return first.some((word, index) => {
    const { heard, change } = hear(belief, word, now);
    if (!sameStep(change, word.report) || (change && !sameStep(change, history[0]))) return false;
    const others = first.filter((_, other) => other !== index);
    return explain([others, ...later], change ? history.slice(1) : history, end, now, heard);
  });
}

function same(one: Belief, other: Belief): boolean {
  return one.state === other.state && one.outcome === other.outcome && one.at === other.at;
}

function sameStep(one: Step | undefined, other: Step | undefined): boolean {
  return one?.from === other?.from && one?.to === other?.to;
}

interface HistoryRow {
  id: string;
  job_id: string;
  from_state: string;
  to_state: string;
  at: Date;
}

function expectPath(history: readonly HistoryRow[]): void {
  let [state, at] = ['', 0];
  for (const step of history) {
    expect(step.from_state).toBe(state);
    expect(NEXT_STATES[known(state)]).toContain(known(step.to_state));
    expect(step.at.getTime()).toBeGreaterThanOrEqual(at);
    [state, at] = [step.to_state, step.at.getTime()];
  }
}

function known(state: string): string {
  return state in NEXT_STATES ? state : 'OTHER';
}

async function watchJobs(): Promise<string[]> {
  const ids = Array.from({ length: JOBS + 1 }, () => `j${randomUUID().replaceAll('-', '')}`);
  const watched = ids.slice(0, JOBS);
  await storeOf(0).transaction((sql) =>
    addWatches(
      sql,
      watched.map((jobId) => ({ jobId, bucket: 'media-1', region: 'ap-guangzhou', source: 'submit' })),
    ),
  );
  return ids;
}

function storeOf(index: number): Store {
  const store = stores[index];
  if (store === undefined) throw new Error(`no connection ${index}`);
  return store;
}

/** Says a batch. As a sweep does, Missing is written without asking CI, on the locked row. */
async function tell(
  store: Store,
  ids: readonly string[],
  words: readonly { job: number; state: string; sentAt: number }[],
): Promise<Changed[]> {
  const [first] = words;
  if (first?.state === 'Missing') return await close(store, ids[first.job] ?? '', first.sentAt);
  return await observe(
    store,
    words.map(({ job, state, sentAt }) => ({
      job: { JobId: ids[job] ?? '', State: state },
      sentAtMs: sentAt,
      source: 'recheck',
    })),
  );
}

function close(store: Store, id: string, sentAtMs: number): Promise<Changed[]> {
  return store.transaction(async (sql) => {
    const rows = await sql<(WatchRow & { now: Date })[]>`
      select *, jobwatch_now() as now from watches where job_id = ${id} and outcome = '' for update`;
    const [row] = rows;
    if (row === undefined) return [];
    const change = {
      row,
      changed: true,
      state: row.state,
      outcome: 'Missing',
      source: 'recheck',
      observedAtMs: sentAtMs,
      job: row.job,
      jobCreatedAtMs: row.job_created_at.getTime(),
    } as const;
    await recordChanges(sql, [change], row.now);
    return [{ JobId: id, From: row.state, To: 'Missing' as const, source: 'recheck', hinted: false }];
  });
}

async function beliefOf(id: string): Promise<Belief> {
  const [row] = await sql<{ state: string; outcome: string; observed_at: Date | null; ended: boolean }[]>`
    select state, outcome, observed_at, ended_at is not null as ended from watches where job_id = ${id}`;
  if (row === undefined) throw new Error(`${id} is not watched`);
  expect(row.ended).toBe(row.outcome !== '');
  return { state: row.state, outcome: row.outcome, at: row.observed_at?.getTime() ?? UNHEARD.at };
}

async function historiesOf(ids: readonly string[]): Promise<HistoryRow[]> {
  return await sql<HistoryRow[]>`
    select id, job_id, from_state, to_state, at from watch_history where job_id in ${sql(ids)} order by id`;
}

/** Exactly one event for each step that somebody may wait for, named after it; none for a job that nobody watches. */
async function expectEvents(ids: readonly string[], histories: readonly HistoryRow[]): Promise<void> {
  const events = await sql<{ id: string; type: string; job_id: string }[]>`
    select id, type, job_id from events where job_id in ${sql(ids)} order by job_id, seq`;
  const expected = histories.flatMap(({ id, job_id, from_state, to_state }) => {
    const type = EVENT_OF[to_state] ?? (from_state === 'Missing' ? 'jobwatch.job.running' : undefined);
    return type ? [{ id: `${job_id}-${id}`, type, job_id }] : [];
  });
  expect([...events]).toEqual(expected.sort((a, b) => (a.job_id < b.job_id ? -1 : 1)));
}
