import { expect, it } from 'vitest';
import { startAnswerGate } from '../worlds/answer-gate.ts';
import { startChildFunction } from '../worlds/child-function.ts';
import { holdTable } from '../worlds/hold-table.ts';
import { makePending } from '../worlds/make-pending.ts';
import { POST_SECONDS, SETTLE_SECONDS, startWorld, submission, type World } from '../worlds/submit-world.ts';
import { until } from '../worlds/until.ts';

const LEASE_SECONDS = 60;
const SECOND_LOOK_SECONDS = 30;
const TURN_MS = 8000;

const scheduleOf = async (world: World) =>
  await world.sql`select job_id, state, outcome, misses, errors, apart_at, claim_token from watches order by job_id`;

it('a sweep that wakes with its answer after its lease was taken over changes no schedule', async () => {
  const world = await startWorld();
  const [running = '', ended = ''] = await world.cloud.jobs('Running', 2);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ JobIds: [running, ended] });
  await world.submit('/watches', { method: 'POST', headers, body });

  const gate = await startAnswerGate(world.cloud.url, 'GET');
  const sleeper = await startChildFunction('recheck', { ...world.env, CI_ENDPOINT: gate.url });
  const answer = sleeper.run();
  await gate.untilHeld();
  sleeper.stop();
  gate.open();
  await world.cloud.control('PATCH', `/jobs/${ended}`, { state: 'Success' });
  await world.pass(LEASE_SECONDS + 1);
  expect(await world.recheck()).toMatchObject({ claimed: 2, finished: 1 });
  const taken = await scheduleOf(world);
  expect(taken).toHaveLength(2);

  sleeper.wake();
  expect(await answer).toMatchObject({ kind: 'returned' });
  expect(await scheduleOf(world)).toEqual(taken);
  expect(await world.cloud.requests('DescribeMediaJob')).toBe(2);
});

it('a recheck that wakes before its POST, when another has submitted, submits nothing', async () => {
  const world = await startWorld();
  await makePending(world, 1);
  await world.pass(11);
  // Its turn comes a little later: it stands between the intent and the POST.
  const [turn] = await world.sql`
    insert into rates (account, region, next_slot_at)
    values ('1250000000', 'ap-guangzhou', jobwatch_now() + ${TURN_MS} * interval '1 millisecond')
    returning next_slot_at::text as at`;
  const sleeper = await startChildFunction('recheck', world.env);
  const answer = sleeper.run();
  await until(async () => {
    const [waiting] =
      await world.sql`select 1 from rates where next_slot_at > ${turn?.['at']}::text::timestamptz`;
    if (waiting === undefined) throw new Error('no turn is taken');
  });
  sleeper.stop();
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(0);
  await world.sql`delete from rates`;

  await world.pass(POST_SECONDS + SETTLE_SECONDS);
  await world.recheck();
  await world.pass(SECOND_LOOK_SECONDS + 1);
  await world.recheck();
  const [job] = await world.jobsAtCi();
  const settled = await world.sql`select * from intents`;
  expect(await world.watches()).toMatchObject([{ JobId: job?.JobId }]);

  await sleeper.putClockForward(POST_SECONDS + SETTLE_SECONDS + SECOND_LOOK_SECONDS + 1);
  sleeper.wake();
  expect(await answer).toMatchObject({ kind: 'returned' });
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
  expect(await world.sql`select * from intents`).toEqual(settled);
});

it('a submit that wakes after its deadline submits nothing, and recheck neither', async () => {
  const world = await startWorld();
  const sleeper = await startChildFunction('api', world.env);
  const held = await holdTable(world.sql, 'intents');
  const answer = sleeper.run({ httpMethod: 'POST', path: '/jobs', queryString: {}, ...submission() });
  await held.untilAwaited();
  sleeper.stop();
  await held.release();
  await sleeper.putClockForward(60);
  sleeper.wake();
  expect(await answer).toMatchObject({ kind: 'returned', body: expect.stringContaining('"statusCode":504') });
  for (let tick = 0; tick < 3; tick += 1) {
    await world.pass(POST_SECONDS + SETTLE_SECONDS);
    await world.recheck();
  }
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(0);
  expect(await world.watches()).toEqual([]);
});
