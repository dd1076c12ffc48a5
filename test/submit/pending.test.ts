import { describe, expect, it } from 'vitest';
import { loadHandler } from '../worlds/load-function.ts';
import { makePending } from '../worlds/make-pending.ts';
import { SETTLE_SECONDS, startWorld, submission } from '../worlds/submit-world.ts';

/** Longer than the longest backoff. */
const BACKOFF_SECONDS = 361;

describe('intents that were throttled are worked off by recheck', () => {
  it('not before their time', async () => {
    const world = await startWorld();
    const [intent] = await makePending(world, 1);
    await world.recheck();
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(0);
    expect(await world.watches()).toMatchObject([
      { Intent: intent, State: 'Pending', LastError: 'QueueSaturated: the queue is full' },
    ]);
  });

  it('through a saturated queue: every one submitted, none twice', async () => {
    const world = await startWorld();
    const intents = await makePending(world, 4);
    await world.cloud.faults({ match: 'CreateMediaJobs', code: 'QueueSaturated', times: 5 });
    for (let tick = 0; tick < 20 && (await world.watches({ state: 'Pending' })).length > 0; tick += 1) {
      await world.pass(BACKOFF_SECONDS);
      await world.recheck();
    }
    const watches = await world.watches();
    expect(watches.map((watch) => watch.Intent).sort()).toEqual(intents.sort());
    expect(watches.every((watch) => watch.JobId !== '' && watch['Source'] === 'object')).toBe(true);
    const texts = (await world.jobsAtCi()).map((job) => job.Operation?.UserData?.slice(-'clip 0'.length));
    expect(texts.sort()).toEqual(intents.map((_, number) => `clip ${number}`));
  });

  it('later after each failure', async () => {
    const world = await startWorld();
    await makePending(world, 1);
    await world.cloud.faults({ match: 'CreateMediaJobs', code: 'QueueSaturated', retryAfter: 100 });
    await world.pass(11);
    await world.recheck();
    // Retry-After beats our own backoff, which would be 20 s.
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
    await world.pass(95);
    await world.recheck();
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
    await world.cloud.faults();
    await world.pass(6);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(1);
  });

  it('what CI refuses for good is not tried again', async () => {
    const world = await startWorld();
    await makePending(world, 1);
    await world.cloud.faults({ match: 'CreateMediaJobs', code: 'InvalidArgument', times: 1 });
    for (let tick = 0; tick < 3; tick += 1) {
      await world.pass(BACKOFF_SECONDS);
      await world.recheck();
    }
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
    expect(await world.jobsAtCi()).toEqual([]);
  });

  it('one POST in doubt does not stop the others', async () => {
    const world = await startWorld();
    await makePending(world, 3);
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' });
    await world.pass(11);
    await world.recheck();
    expect((await world.watches()).filter((watch) => watch.JobId !== '')).toHaveLength(2);
    await world.pass(SETTLE_SECONDS + 30);
    await world.recheck();
    expect((await world.watches()).filter((watch) => watch.JobId !== '')).toHaveLength(3);
    expect(await world.jobsAtCi()).toHaveLength(3);
  });

  it('in turn, where the rate leaves no slot: nobody is tried and put off in vain', async () => {
    const world = await startWorld();
    await makePending(world, 4);
    await world.pass(11);
    await world.sql`
      insert into rates (account, region, next_slot_at)
      values ('1250000000', 'ap-guangzhou', jobwatch_now() + interval '50 seconds')`;
    await world.recheck();
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(0);
    const due =
      await world.sql`select 1 from intents where state = 'pending' and next_try_at < jobwatch_now()`;
    expect(due).toHaveLength(4);
    await world.pass(51);
    // Another instance: this one keeps the slots that it took, and only the database's time has passed.
    const recheck = await loadHandler('recheck', world.env);
    await recheck({}, { time_limit_in_ms: 60_000 });
    expect(await world.watches()).toHaveLength(4);
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(4);
  });

  it('several ticks at once submit each once', async () => {
    const world = await startWorld();
    await makePending(world, 6);
    await world.pass(11);
    await Promise.all([world.recheck(), world.recheck(), world.recheck()]);
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(6);
    expect(await world.watches()).toHaveLength(6);
  });
});

describe('a throttled POST over HTTP is 503, and nothing is submitted later', () => {
  it.each(['SlowDown', 'QueueSaturated'])('%s', async (code) => {
    const world = await startWorld();
    await world.cloud.faults({ match: 'CreateMediaJobs', code, retryAfter: 60 });
    const answer = await world.submit('/jobs', submission());
    expect(answer).toMatchObject({ status: 503, json: { code }, headers: { 'retry-after': '60' } });
    await world.cloud.faults();
    expect(await world.watches()).toEqual([]);
    for (let tick = 0; tick < 3; tick += 1) {
      await world.pass(BACKOFF_SECONDS);
      await world.recheck();
    }
    expect(await world.jobsAtCi()).toEqual([]);
  });
});
