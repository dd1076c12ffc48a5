import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { timeOf } from '../worlds/shift-time.ts';
import { submission, type World } from '../worlds/submit-world.ts';
import { BUCKET } from '../worlds/test-cloud.ts';
import { until } from '../worlds/until.ts';

const HOUR = 3600;
const JUMPS = [300, HOUR, 24 * HOUR];
/** The first check of a new job, and the backoff after a first error, are over then. */
const SOON_SECONDS = 13;

/** Moves the database's clock alone, as a failover or a correction does. */
const jumpOf = (world: World) => timeOf(world.databaseUrl);

async function submit(world: World): Promise<string> {
  const { status, json } = await world.submit('/jobs', submission());
  expect(status).toBe(201);
  return (json['JobsDetail'] as { JobId: string }[])[0]?.JobId ?? '';
}

describe.each(JUMPS)('after the database clock was %i s ahead and was put right', (seconds) => {
  it('a job that was submitted or looked at meanwhile is looked at on its schedule', async () => {
    const world = await startRuledWorld();
    const jump = jumpOf(world);
    const before = await submit(world);
    await jump(seconds);
    await world.recheck();
    const meanwhile = await submit(world);
    await jump(-seconds);
    for (const id of [before, meanwhile])
      await world.cloud.control('PATCH', `/jobs/${id}`, { state: 'Success' });
    await world.recheck();
    await jump(SOON_SECONDS);
    await world.recheck();
    expect(await world.watches()).toMatchObject([{ Outcome: 'Success' }, { Outcome: 'Success' }]);
  });

  it('what was heard of a job meanwhile does not outrank what is heard now', async () => {
    const world = await startRuledWorld();
    const jump = jumpOf(world);
    const id = await submit(world);
    await jump(seconds);
    await world.describe(`/jobs/${id}`, {});
    await jump(-seconds);
    await world.cloud.control('PATCH', `/jobs/${id}`, { state: 'Running' });
    // On a busy machine an answer may be passed on without being noted.
    await until(async () => {
      await world.describe(`/jobs/${id}`, {});
      expect(await world.watches()).toMatchObject([{ JobId: id, State: 'Running' }]);
    });
  });

  it('an upload of that time, which CI would not take yet, becomes its one job', async () => {
    const world = await startRuledWorld();
    const jump = jumpOf(world);
    await world.cloud.faults({ match: 'CreateMediaJobs', code: 'QueueSaturated' });
    await jump(seconds);
    await world.drop({ key: 'clips/a.mp4' });
    await jump(-seconds);
    await world.cloud.faults();
    await world.recheck();
    await jump(SOON_SECONDS);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual(['clips/a.mp4']);
    expect(await world.unsettled()).toBe(0);
  });

  it('a submission that was waiting and put off meanwhile is posted', async () => {
    const world = await startRuledWorld();
    const jump = jumpOf(world);
    await world.cloud.faults({ match: 'CreateMediaJobs', code: 'QueueSaturated' });
    await world.drop({ key: 'clips/a.mp4' });
    await jump(seconds);
    await world.recheck();
    await jump(-seconds);
    await world.cloud.faults();
    await world.recheck();
    await jump(SOON_SECONDS);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual(['clips/a.mp4']);
  });

  it('leases of those who died then end a minute later', async () => {
    const world = await startRuledWorld();
    const jump = jumpOf(world);
    const id = await submit(world);
    await jump(seconds);
    await world.recheck();
    await world.sql`
      update watches set claim_token = ${randomUUID()}, claimed_until = jobwatch_now() + interval '1 minute',
        apart_at = jobwatch_now()`;
    await world.sql`
      insert into intents (id, bucket, region, source, request, state, created_at, next_try_at, claim_token, claimed_until)
      select gen_random_uuid(), bucket, region, 'object', request, 'pending', at, at, gen_random_uuid(), at + interval '1 minute'
      from intents, (select jobwatch_now() as at) as now`;
    await jump(-seconds);
    await world.cloud.control('PATCH', `/jobs/${id}`, { state: 'Success' });
    await world.recheck();
    await jump(61);
    await world.recheck();
    expect(await world.watches({ outcome: 'Success' })).toMatchObject([{ JobId: id }]);
    expect(await world.watches({ state: 'Pending' })).toEqual([]);
  });

  it('an object that was told of then is found by listing when a later event of it is lost', async () => {
    const apart = { object: 'gifs/${name}-${jobid}.gif' };
    const world = await startRuledWorld([ruleOf({ reconcile: true, output: apart })]);
    const jump = jumpOf(world);
    await jump(seconds);
    await world.drop({ key: 'clips/a.mp4', at: Math.floor(Date.now() / 1000) });
    await jump(-seconds);
    await world.recheck();
    const folder = path.join(world.cloud.dataDir, 'buckets', BUCKET, 'clips');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'a.mp4'), 'another content');
    await jump(901);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual(['clips/a.mp4', 'clips/a.mp4']);
  });

  it('a prefix that was listed then is listed again in its time', async () => {
    const world = await startRuledWorld([ruleOf({ reconcile: true })]);
    const jump = jumpOf(world);
    await jump(seconds);
    await world.recheck();
    await jump(-seconds);
    await world.recheck();
    const [rule] = await world.sql`
      select reconcile_at <= jobwatch_now() + interval '15 minutes' as soon, active_since <= jobwatch_now() as active
      from rule_states`;
    expect(rule).toEqual({ soon: true, active: true });
  });
});

describe('after the database clock was behind and was put right', () => {
  it.each(JUMPS)('by %i s, every upload has one job, and every outcome is told once', async (seconds) => {
    const world = await startRuledWorld();
    const jump = jumpOf(world);
    await world.drop({ key: 'clips/a.mp4' });
    await jump(-seconds);
    await world.recheck();
    await world.drop({ key: 'clips/b.mp4' });
    await world.drop({ key: 'clips/a.mp4' });
    await world.recheck();
    await jump(seconds);
    await world.recheck();
    for (const { JobId } of await world.watches())
      await world.cloud.control('PATCH', `/jobs/${JobId}`, { state: 'Success' });
    await jump(SOON_SECONDS);
    await world.recheck();
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual(['clips/a.mp4', 'clips/b.mp4']);
    expect(await world.watches()).toMatchObject([{ Outcome: 'Success' }, { Outcome: 'Success' }]);
    expect(await world.sql`select type from events order by seq`).toMatchObject([
      { type: 'jobwatch.job.succeeded' },
      { type: 'jobwatch.job.succeeded' },
    ]);
  });
});

it('a POST that was made by a clock which was put back keeps all of its time before its job is looked for', async () => {
  const world = await startRuledWorld();
  const jump = jumpOf(world);
  await jump(HOUR);
  await world.sql`
    insert into intents (id, bucket, region, source, request, state, tries, created_at, posted_at, post_until, next_try_at)
    select gen_random_uuid(), 'media-1250000000', 'ap-guangzhou', 'submit', '{}', 'posting', 1, at, at,
      at + interval '30 seconds', at + interval '150 seconds' from (select jobwatch_now() as at) as now`;
  await jump(-HOUR);
  await world.recheck();
  await world.recheck();
  const [intent] = await world.sql`
    select extract(epoch from post_until - jobwatch_now())::float8 as post,
      extract(epoch from next_try_at - jobwatch_now())::float8 as look from intents`;
  expect(intent?.['post']).toBeGreaterThan(0);
  expect(intent?.['post']).toBeLessThanOrEqual(30);
  expect(intent?.['look']).toBeGreaterThan(120);
  expect(intent?.['look']).toBeLessThanOrEqual(150);
});

it('whoever waits for something else, for as long as that takes, goes on waiting', async () => {
  const world = await startRuledWorld();
  await world.sql`
    insert into intents (id, bucket, region, source, request, state, created_at, next_try_at)
    values (gen_random_uuid(), 'media-1250000000', 'ap-guangzhou', 'object', '{}', 'pending', jobwatch_now(), 'infinity')`;
  await world.recheck();
  await jumpOf(world)(-HOUR);
  await world.recheck();
  expect(await world.sql`select next_try_at = 'infinity' as waits from intents`).toEqual([{ waits: true }]);
});
