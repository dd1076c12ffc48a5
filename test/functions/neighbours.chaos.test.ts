import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../shared/store/store.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { BAD_ANSWERS } from '../worlds/bad-answers.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { http, jobXml, responseXml, startStubService } from '../worlds/stub-service.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase } from '../worlds/test-database.ts';

const CONTEXT = { request_id: 'neighbours', time_limit_in_ms: 60_000 };
const GOOD = Array.from({ length: 9 }, (_, index) => `good-${index}`);

/** A sweep whose service answers well about every job but those for which `bad` does otherwise. */
async function startSweep(bad: (id: string) => ((socket: import('node:net').Socket) => void) | undefined) {
  const service = await startStubService(({ ids, socket }) => {
    const answer = ids.map((id) => bad(id)).find((one) => one !== undefined);
    if (answer) answer(socket);
    // What is listed has its jobs by id.
    else socket.write(http(responseXml(...ids.map((id) => jobXml(id)))));
  });
  const database = await startTestDatabase();
  const store = openStore(database.url, Date.now);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(async () => {
    await Promise.all([store.close(), sql.end()]);
    await database.close();
  });
  const recheck = await loadHandler('recheck', {
    ...service.env,
    DATABASE_URL: database.url,
    CI_TIMEOUT_MS: '100',
  });
  return {
    sql,
    recheck: () => recheck({ Type: 'Timer' }, CONTEXT),
    watch: (jobIds: readonly string[], bucket = BUCKET) =>
      store.transaction((tx) =>
        addWatches(
          tx,
          jobIds.map((jobId) => ({ jobId, bucket, region: REGION, source: 'submit' as const })),
        ),
      ),
    statesOf: async (jobIds: readonly string[]) => {
      const rows = await sql<{ job_id: string; state: string; last_error: string }[]>`
        select job_id, state, last_error from watches where job_id in ${sql([...jobIds])}`;
      return new Map(rows.map((row) => [row.job_id, row]));
    },
  };
}

const allRunning = new Map(GOOD.map((id) => [id, { job_id: id, state: 'Running', last_error: '' }]));

it('a service that does not answer about one bucket, or breaks off, leaves the jobs of others read', async () => {
  const ways = [
    'nothing at all',
    'a reset at once',
    'another protocol',
    'a body for ever',
    'headers for ever',
  ];
  const world = await startSweep((id) => {
    const way = BAD_ANSWERS[ways[Number(/^bad-(\d+)$/.exec(id)?.[1])] ?? ''];
    return way && ((socket) => way(socket, id));
  });
  const bad = ways.map((_, index) => `bad-${index}`);
  for (const [index, id] of bad.entries()) await world.watch([id], `bad${index}-1250000000`);
  await world.watch(GOOD);
  await world.recheck();
  expect(await world.statesOf(GOOD)).toEqual(allRunning);
  const told = await world.statesOf(bad);
  for (const id of bad) expect(told.get(id)?.last_error, id).toMatch(/^(NoAnswer|BadAnswer): .{1,190}$/);
});

it.each([
  'a state of 3 000 letters',
  'a tag of 2 000 letters',
  'a queue of 2 000 letters',
  'an output of 5 000 letters',
  'an output whose object is an element',
  'an input of two',
  'half a pair of surrogates',
  'bytes that are not UTF-8',
  'a job without a state',
  'no job',
])(
  'of ten jobs asked at once, one with %s is put off with its reason, and the others are read',
  async (way) => {
    const world = await startSweep((id) =>
      id === 'bad' ? (socket) => BAD_ANSWERS[way]?.(socket, 'bad') : undefined,
    );
    await world.watch([...GOOD, 'bad']);
    await world.recheck();
    expect(await world.statesOf(GOOD)).toEqual(allRunning);
    const told = await world.statesOf(['bad']);
    expect(told.get('bad')).toMatchObject({
      state: '',
      last_error: expect.stringMatching(/^BadAnswer: .{1,190}$/),
    });
  },
);

it('of ten jobs written at once, one that the database refuses is put off, and the others are written', async () => {
  const world = await startSweep(() => undefined);
  await world.watch([...GOOD, 'refused']);
  // Any rule of the database that only this job's row breaks.
  await world.sql`alter table watch_history add constraint refused check (job_id <> 'refused')`;
  await world.recheck();
  expect(await world.statesOf(GOOD)).toEqual(allRunning);
  const [row] = await world.sql<{ last_error: string; later: boolean }[]>`
    select last_error, apart_at > jobwatch_now() as later from watches where job_id = 'refused'`;
  expect(row).toEqual({
    last_error: expect.stringMatching(/^the database refuses this row: 23514: /),
    later: true,
  });
});
