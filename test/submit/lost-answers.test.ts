import { describe, expect, it } from 'vitest';
import { timeOf } from '../worlds/shift-time.ts';
import {
  operation,
  POST_SECONDS,
  SETTLE_SECONDS,
  startWorld,
  submission,
  type World,
} from '../worlds/submit-world.ts';
import type { Fault } from '../worlds/test-cloud.ts';
import { until } from '../worlds/until.ts';

const SECOND_LOOK_SECONDS = 30;
const UUID = /^[0-9a-f-]{36}$/;

/** Posts, and gives the id of the intent that the 504 names. */
async function postInDoubt(world: World, operations?: object[]): Promise<string> {
  const answer = await world.submit('/jobs', submission(operations));
  expect(answer).toMatchObject({ status: 504, json: { code: 'OutcomeUnknown' } });
  const intent = answer.headers['location']?.replace('/watches?intent=', '') ?? '';
  expect(intent).toMatch(UUID);
  return intent;
}

/** Two looks, and what follows from them. */
async function untilLookedTwice(world: World): Promise<void> {
  await world.pass(POST_SECONDS + SETTLE_SECONDS);
  await world.recheck();
  await world.pass(SECOND_LOOK_SECONDS + 1);
  await world.recheck();
}

const LOST: [string, Partial<Fault>][] = [
  ['reset after it was taken', { phase: 'after', kind: 'reset' }],
  ['cut in half', { kind: 'truncate' }],
  ['500 InternalError although it was taken', { phase: 'after', code: 'InternalError' }],
  ['HTML of something between', { phase: 'after', kind: 'html' }],
];

describe('a POST whose answer is lost is one job, found and watched under its intent', () => {
  it.each(LOST)('%s', async (_, fault) => {
    const world = await startWorld();
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, ...fault });
    const intent = await postInDoubt(world, [operation('mine')]);

    expect(await world.watches({ intent })).toMatchObject([
      { Intent: intent, JobId: '', State: 'Pending', Outcome: '' },
    ]);
    await world.recheck();
    expect(await world.cloud.requests('DescribeMediaJobs')).toBe(0);

    await world.pass(POST_SECONDS + SETTLE_SECONDS);
    await world.recheck();
    const [job] = await world.jobsAtCi();
    expect(await world.watches({ intent })).toMatchObject([{ Intent: intent, JobId: job?.JobId }]);
    expect(await world.watches()).toHaveLength(1);
    expect(await world.jobsAtCi()).toHaveLength(1);
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
  });

  it('that never comes at all', async () => {
    const world = await startWorld({ CI_TIMEOUT_MS: '100' });
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'hang' });
    const intent = await postInDoubt(world);
    await untilLookedTwice(world);
    const [job] = await world.jobsAtCi();
    expect(await world.watches()).toMatchObject([{ Intent: intent, JobId: job?.JobId }]);
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
  });
});

it('a job that CI lists late is waited for, and not submitted again', async () => {
  const world = await startWorld();
  const hiddenForMs = (POST_SECONDS + SETTLE_SECONDS + SECOND_LOOK_SECONDS) * 1000;
  await world.cloud.control('PUT', '/faults', [
    { match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset', visibleAfterMs: hiddenForMs },
  ]);
  const intent = await postInDoubt(world);
  await world.pass(POST_SECONDS + SETTLE_SECONDS);
  await world.recheck();
  expect(await world.watches({ intent })).toMatchObject([{ JobId: '', State: 'Pending' }]);
  await world.pass(SECOND_LOOK_SECONDS + 1);
  await world.recheck();
  const [job, ...others] = await world.jobsAtCi();
  expect(others).toEqual([]);
  expect(await world.watches({ intent })).toMatchObject([{ JobId: job?.JobId }]);
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
});

it('a POST that never arrived is looked for twice, 30 s apart, and submitted only then', async () => {
  const world = await startWorld();
  await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, kind: 'reset' });
  const intent = await postInDoubt(world);

  await world.pass(POST_SECONDS + SETTLE_SECONDS);
  await world.recheck();
  expect(await world.cloud.requests('DescribeMediaJobs')).toBe(1);
  await world.pass(SECOND_LOOK_SECONDS - 5);
  await world.recheck();
  expect(await world.cloud.requests('DescribeMediaJobs')).toBe(1);
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);

  await world.pass(6);
  await world.recheck();
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(2);
  const [job, ...others] = await world.jobsAtCi();
  expect(others).toEqual([]);
  expect(await world.watches()).toMatchObject([{ Intent: intent, JobId: job?.JobId }]);

  await untilLookedTwice(world);
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(2);
  expect(await world.watches()).toHaveLength(1);
});

it('a second POST whose answer is lost too is looked for as the first was', async () => {
  const world = await startWorld();
  await world.cloud.faults(
    { match: 'CreateMediaJobs', times: 1, kind: 'reset' },
    { match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' },
  );
  const intent = await postInDoubt(world);
  await untilLookedTwice(world);
  expect(await world.watches()).toMatchObject([{ Intent: intent, JobId: '', State: 'Pending' }]);
  await untilLookedTwice(world);
  const [job, ...others] = await world.jobsAtCi();
  expect(others).toEqual([]);
  expect(await world.watches()).toMatchObject([{ Intent: intent, JobId: job?.JobId }]);
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(2);
});

it('several operations of one POST are one intent, and a watch each, in the order they were given', async () => {
  const world = await startWorld();
  await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' });
  const texts = ['first', 'second', 'third'];
  const key = { 'idempotency-key': 'k' };
  const request = submission(texts.map(operation), key);
  const lost = await world.submit('/jobs', request);
  expect(lost).toMatchObject({ status: 504 });
  await world.pass(POST_SECONDS + SETTLE_SECONDS);
  await world.recheck();

  const watches = await world.watches();
  expect(watches).toHaveLength(3);
  expect(new Set(watches.map((watch) => watch.Intent)).size).toBe(1);
  expect(await world.jobsAtCi()).toHaveLength(3);
  const repeated = await world.submit('/jobs', request);
  expect(repeated).toMatchObject({
    status: 201,
    json: { JobsDetail: texts.map((UserData) => ({ Operation: { UserData } })) },
  });
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
});

it('a job that is not ours and was made meanwhile is not taken for ours', async () => {
  const world = await startWorld();
  await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, kind: 'reset' });
  const intent = await postInDoubt(world);
  await world.cloud.control('POST', '/jobs', { count: 3, input: 'clips/a.mp4', userData: 'theirs' });
  await world.cloud.control('POST', '/jobs', {
    count: 1,
    input: 'clips/a.mp4',
    userData: 'jw1.00000000-0000-4000-8000-000000000000.0 of another intent',
  });
  await untilLookedTwice(world);
  expect(await world.watches()).toMatchObject([{ Intent: intent, JobId: expect.stringMatching(/^j/) }]);
  const ours = (await world.jobsAtCi()).filter((job) => job.Operation?.UserData?.includes(intent));
  expect(ours).toMatchObject([{ JobId: (await world.watches())[0]?.JobId }]);
});

it('a job is found behind more than a page of others', async () => {
  const world = await startWorld();
  await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' });
  const intent = await postInDoubt(world);
  const [job] = await world.jobsAtCi();
  await world.cloud.control('POST', '/jobs', { count: 150, input: 'clips/a.mp4' });
  await world.pass(POST_SECONDS + SETTLE_SECONDS);
  await world.recheck();
  expect(await world.watches({ intent })).toMatchObject([{ JobId: job?.JobId }]);
  expect(await world.cloud.requests('DescribeMediaJobs')).toBe(3);
});

it('a search that CI does not answer decides nothing, and is made again', async () => {
  const world = await startWorld();
  await world.cloud.faults(
    { match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' },
    { match: 'DescribeMediaJobs', code: 'AccessDenied' },
  );
  const intent = await postInDoubt(world);
  for (let tick = 0; tick < 5; tick += 1) {
    await world.pass(POST_SECONDS + SETTLE_SECONDS);
    await world.recheck();
  }
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
  expect(await world.watches({ intent })).toMatchObject([
    { State: 'Pending', LastError: expect.stringMatching(/^AccessDenied: /) },
  ]);
  await world.cloud.faults();
  await world.pass(400);
  await world.recheck();
  const [job] = await world.jobsAtCi();
  expect(await world.watches({ intent })).toMatchObject([{ JobId: job?.JobId }]);
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
});

it('when CI has only a part of the jobs, those are watched and none is submitted again', async () => {
  const world = await startWorld();
  await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' });
  const intent = await postInDoubt(world, [operation('kept'), operation('gone')]);
  const [gone, kept] = await until(async () => {
    const jobs = await world.jobsAtCi();
    if (jobs.length < 2) throw new Error('CI has not made both');
    return jobs;
  });
  await world.cloud.control('DELETE', `/jobs/${gone?.JobId}`);
  await untilLookedTwice(world);
  expect(await world.watches({ intent })).toMatchObject([{ JobId: kept?.JobId }]);
  await untilLookedTwice(world);
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
});

it.each([-90, 3000])('a job is found although the clock of CI is off by %i s', async (seconds) => {
  const world = await startWorld();
  await world.cloud.control('PUT', '/clock', { offsetMs: seconds * 1000 });
  await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' });
  const intent = await postInDoubt(world);
  const passInDatabase = timeOf(world.databaseUrl);
  for (const passed of [POST_SECONDS + SETTLE_SECONDS, SECOND_LOOK_SECONDS + 1]) {
    await passInDatabase(passed);
    await world.recheck();
  }
  const [job, ...others] = await world.jobsAtCi();
  expect(await world.watches({ intent })).toMatchObject([{ JobId: job?.JobId }]);
  expect(others).toEqual([]);
});

it('a queue that CI does not take in a search is left out of it', async () => {
  const world = await startWorld();
  await world.cloud.faults(
    { match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' },
    {
      match: 'DescribeMediaJobs',
      times: 1,
      status: 400,
      code: 'InvalidArgument',
      message: 'queueId is wrong',
    },
  );
  const intent = await postInDoubt(world);
  await world.sql`
    update intents set request = (request::jsonb || '{"QueueId":"p0123456789abcdef0123456789abcdef"}')::json`;
  await world.pass(POST_SECONDS + SETTLE_SECONDS);
  await world.recheck();
  const [job] = await world.jobsAtCi();
  expect(await world.watches({ intent })).toMatchObject([{ JobId: job?.JobId }]);
});
