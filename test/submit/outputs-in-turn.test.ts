import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../shared/store/store.ts';
import type { IntentRow } from '../../shared/submit/intent.ts';
import { settleSubmitted } from '../../shared/submit/intents/settle.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { eventOf } from '../worlds/object-events.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const KEY = 'clips/a.mp4';
const OTHER = 'clips/b.mp4';

/** Lets the open jobs of these ids, or all, end so, and lets recheck learn of it and do what follows. */
async function end(world: RuledWorld, state: string, ...ids: string[]): Promise<void> {
  for (const job of await world.jobsAtCi()) {
    if (job.State !== 'Submitted' || (ids.length > 0 && !ids.includes(job.JobId))) continue;
    await world.cloud.control('PATCH', `/jobs/${job.JobId}`, { state, code: 'Broken' });
  }
  await world.pass(361);
  await world.recheck();
  await world.pass(11);
  await world.recheck();
}

const states = async (world: RuledWorld) => (await world.watches()).map(({ State }) => State).sort();

describe('two jobs of rules never write one output at once', () => {
  it('a newer version waits for the job of the older one, names it, and has its turn when that ends', async () => {
    const world = await startRuledWorld();
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    expect(await world.inputsAtCi()).toEqual([KEY]);
    const [job] = await world.jobsAtCi();
    const [waiting] = await world.watches({ state: 'Pending' });
    expect(waiting?.['LastError']).toBe(`waits for job ${job?.JobId}, which writes gifs/a.gif`);
    await world.pass(7200);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([KEY]);
    await end(world, 'Success');
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  });

  it('the event of an output has what waits for that posted at once', async () => {
    const world = await startRuledWorld();
    for (const at of [1, 2]) {
      await world.drop({ key: KEY, etag: `e${at}`, at }, { key: OTHER, etag: `e${at}`, at });
    }
    const ended = (await world.jobsAtCi()).find(({ Input }) => Input?.Object === KEY);
    await world.cloud.control('PATCH', `/jobs/${ended?.JobId}`, { state: 'Success' });
    expect(await world.drop({ key: 'gifs/a.gif' })).toMatchObject({ outputs: 1 });
    expect(await world.inputsAtCi()).toEqual([KEY, KEY, OTHER]);
  });

  it.each(['Failed', 'Cancel'])('a job that ends as %s frees its output', async (state) => {
    const world = await startRuledWorld();
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    await end(world, state);
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  });

  it('several instances that are told of several versions at once post one', async () => {
    const world = await startRuledWorld();
    await Promise.all([1, 2, 3, 4, 5, 6].map((at) => world.drop({ key: KEY, etag: `e${at}`, at })));
    expect(await world.inputsAtCi()).toEqual([KEY]);
    await end(world, 'Success');
    expect((await world.inputsAtCi()).length).toBeLessThanOrEqual(2);
    await end(world, 'Success');
    expect(await world.unsettled()).toBe(0);
  });

  it('a submission whose answer was lost holds its output, until it is found', async () => {
    const world = await startRuledWorld();
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' });
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([KEY]);
    await world.pass(151);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([KEY]);
    await end(world, 'Success');
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  });

  it('one that CI certainly refused holds nothing', async () => {
    const world = await startRuledWorld();
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, code: 'InvalidArgument', status: 400 });
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    expect(await world.inputsAtCi()).toEqual([KEY]);
    expect(await world.unsettled()).toBe(0);
  });

  it('two rules that say that they share an output take turns', async () => {
    const both = ['one', 'two'].map((name) =>
      ruleOf({ name, overlaps: true, output: { object: 'shared/${name}.${ext}' } }),
    );
    const world = await startRuledWorld(both);
    await world.drop({ key: KEY });
    expect(await world.inputsAtCi()).toEqual([KEY]);
    await end(world, 'Success');
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  });

  it('a job that comes back from Missing holds its output again, however long it was gone', async () => {
    const world = await startRuledWorld();
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    const [job] = await world.jobsAtCi();
    await world.sql`update watches set outcome = 'Missing', ended_at = jobwatch_now()`;
    await world.sql`update output_holds set held_at = held_at - interval '11 minutes'`;
    await world.recheck();
    expect(await world.sql`select 1 from output_holds`).toHaveLength(0);
    await world.sql`update watches set outcome = '', ended_at = null, overtaken = true`;
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    expect(await world.watches({ state: 'Pending' })).toMatchObject([
      { LastError: `waits for job ${job?.JobId}, which writes gifs/a.gif` },
    ]);
    await end(world, 'Success');
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  });

  it('a job whose submission is no longer remembered holds its output', async () => {
    const world = await startRuledWorld();
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.sql`delete from intents`;
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    expect(await world.inputsAtCi()).toEqual([KEY]);
    await end(world, 'Success');
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  });

  it('a rule whose output has ${jobid} in it runs in parallel', async () => {
    const world = await startRuledWorld([ruleOf({ output: { object: 'gifs/${jobid}.gif' } })]);
    for (const at of [1, 2, 3]) await world.drop({ key: KEY, etag: `e${at}`, at });
    expect(await world.inputsAtCi()).toEqual([KEY, KEY, KEY]);
  });
});

describe('what is no longer the newest is superseded before it is paid for', () => {
  it('of many versions that wait, the newest alone is posted, and the others are seen as superseded', async () => {
    const world = await startRuledWorld();
    for (const at of [1, 2, 3, 4]) await world.drop({ key: KEY, etag: `e${at}`, at });
    expect(await states(world)).toEqual(['Pending', 'Submitted', 'Superseded', 'Superseded']);
    expect(await world.watches({ state: 'Superseded' })).toMatchObject([
      { JobId: '', Outcome: '', Intent: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      { JobId: '', Outcome: '' },
    ]);
    await end(world, 'Success');
    await end(world, 'Success');
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
    expect(await world.sql`select 1 from events where type <> 'jobwatch.job.succeeded'`).toHaveLength(0);
  });

  it('a retry of an older version', async () => {
    const world = await startRuledWorld([ruleOf({ retries: { codes: ['Broken'], attempts: 3 } })]);
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    await end(world, 'Failed');
    // The newer one, and no second try of the older one.
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
    expect(await states(world)).toEqual(['Failed', 'Submitted', 'Superseded']);
  });

  it('a submission in doubt that never arrived', async () => {
    const world = await startRuledWorld();
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, kind: 'reset' });
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    for (const seconds of [151, 31, 11]) {
      await world.pass(seconds);
      await world.recheck();
    }
    expect(await world.inputsAtCi()).toEqual([KEY]);
    expect(await states(world)).toEqual(['Submitted', 'Superseded']);
  });

  it.each([
    ['too large', { size: 2000 }, { maxBytes: 1500 }],
    ['empty', { size: 0 }, {}],
  ])('by a newer write that the rule ignores as %s', async (_, newer, change) => {
    const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 1, ...change })]);
    await world.drop({ key: OTHER });
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.drop({ key: KEY, etag: 'b', at: 2, ...newer });
    await world.pass(3700);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([OTHER]);
    expect(await world.unsettled()).toBe(0);
  });

  it('by a newer write that came while the rule was paused', async () => {
    const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 1 })]);
    await world.drop({ key: OTHER });
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    const paused = await loadHandler('on-object', world.env, [ruleOf({ maxJobsPerHour: 1, paused: true })]);
    await paused(eventOf({ key: KEY, etag: 'b', at: 2 }), { time_limit_in_ms: 60_000 });
    await world.pass(3700);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([OTHER]);
    expect(await world.unsettled()).toBe(0);
  });

  it('an object that is rewritten faster than its lane moves keeps its place in line', async () => {
    const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 1 })]);
    await world.drop({ key: 'clips/first.mp4' });
    await world.drop({ key: KEY, etag: 'e0', at: 1 });
    await world.drop({ key: OTHER });
    for (let at = 2; at < 6; at += 1) await world.drop({ key: KEY, etag: `e${at}`, at });
    await world.pass(3700);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([KEY, 'clips/first.mp4']);
  });

  it('nor does one lose it that is rewritten while it waits for its output', async () => {
    const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 2 })]);
    await world.drop({ key: KEY, etag: 'e1', at: 1 });
    await world.drop({ key: KEY, etag: 'e2', at: 2 });
    await world.drop({ key: 'clips/first.mp4' });
    await world.drop({ key: OTHER });
    await world.drop({ key: KEY, etag: 'e3', at: 3 });
    const inLine = await world.sql`
      select request->'Input'->>'Object' as object from intents where settled_at is null
      order by least(next_try_at, created_at)`;
    expect(inLine.map(({ object }) => object)).toEqual([KEY, OTHER]);
  });
});

describe('what lies at the output in the end was made from the newest version', () => {
  it('a job that comes back from Missing after a newer one was posted has the newest made again', async () => {
    const world = await startRuledWorld();
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    const [older] = await world.jobsAtCi();
    await world.sql`update watches set outcome = 'Missing', ended_at = jobwatch_now() where job_id = ${older?.JobId ?? ''}`;
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
    const newer = (await world.jobsAtCi()).find(({ JobId }) => JobId !== older?.JobId);
    await end(world, 'Success', newer?.JobId ?? '');
    await world.cloud.control('PATCH', `/jobs/${older?.JobId}`, { state: 'Success' });
    await world.describe(`/jobs/${older?.JobId}`);
    await world.describe(`/jobs/${older?.JobId}`);
    await world.recheck();
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([KEY, KEY, KEY]);
    await end(world, 'Success');
    expect(await world.inputsAtCi()).toEqual([KEY, KEY, KEY]);
  });

  it('a submission that was given up, and whose answer comes after all, is watched and has the newest made again', async () => {
    const world = await startRuledWorld();
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, kind: 'reset' });
    await world.drop({ key: KEY, etag: 'a', at: 1 });
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    for (const seconds of [151, 31, 11]) {
      await world.pass(seconds);
      await world.recheck();
    }
    expect(await states(world)).toEqual(['Submitted', 'Superseded']);
    // CI has it after all: its answer was on the way for longer than CI may take to list a job.
    const [given] = await world.sql<IntentRow[]>`select * from intents where state = 'superseded'`;
    if (given === undefined) throw new Error('nothing was given up');
    const [JobId = ''] = await world.cloud.jobs('Submitted', 1);
    const late = { ...(await world.jobsAtCi()).find((job) => job.JobId === JobId), JobId, Tag: 'Animation' };
    const store = openStore(world.databaseUrl, Date.now);
    onTestFinished(store.close);
    await store.transaction((sql) =>
      settleSubmitted(sql, given, [{ ...late, State: 'Submitted' }], Date.now()),
    );
    expect(await world.watches({ state: 'Submitted' })).toHaveLength(2);
    await end(world, 'Success');
    await end(world, 'Success');
    const made = (await world.inputsAtCi()).filter((key) => key === KEY);
    expect(made).toEqual([KEY, KEY]);
    expect(await world.unsettled()).toBe(0);
  });
});
