import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../shared/store/store.ts';
import { takeTurn } from '../../shared/submit/take-turn.ts';
import { startChildFunction } from '../worlds/child-function.ts';
import { startHangingBucket } from '../worlds/hanging-bucket.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { eventOf } from '../worlds/object-events.ts';
import { policyOf, type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';

const STUCK = 'stuck-1250000000';
const STUCK_RULE = ruleOf({ name: 'stuck', bucket: STUCK });
const TICK_SECONDS = 10;

/** Intents of a rule as many events leave them, the oldest first. */
async function fill(
  world: Pick<RuledWorld, 'sql'>,
  rule: string,
  bucket: string,
  count: number,
): Promise<void> {
  await world.sql`
    insert into intents (id, bucket, region, source, rule, request, state, created_at, next_try_at)
    select gen_random_uuid(), ${bucket}, ${REGION}, 'object', ${rule}, json_build_object(
        'Tag', 'Animation', 'Input', json_build_object('Object', 'clips/' || n || '.mp4'),
        'Operation', json_build_array(json_build_object(
          'Animation', json_build_object('Container', json_build_object('Format', 'gif'),
            'Video', json_build_object('Codec', 'gif')),
          'Output', json_build_object('Region', ${REGION}::text, 'Bucket', ${bucket}::text, 'Object', 'gifs/' || n || '.gif')))),
      'pending', jobwatch_now() - interval '1 hour' + n * interval '1 second',
      jobwatch_now() - interval '1 hour' + n * interval '1 second'
    from generate_series(1, ${count}) as n`;
}

/** Which rows were written by which transaction. */
async function written(world: RuledWorld): Promise<string> {
  const rows = await world.sql`select id, xmin::text as xmin from intents order by id`;
  return JSON.stringify(rows);
}

async function startBesideHanging() {
  const world = await startRuledWorld([ruleOf(), STUCK_RULE], { CI_TIMEOUT_MS: '200' });
  const gate = await startHangingBucket(world.cloud.url, STUCK);
  const env = { ...world.env, CI_ENDPOINT: gate.url, COS_ENDPOINT: gate.url };
  const rules = [ruleOf(), STUCK_RULE];
  const [onObject, recheck] = [
    await loadHandler('on-object', env, rules),
    await loadHandler('recheck', env, rules),
  ];
  return {
    ...world,
    gate,
    recheck: () => recheck({}, { time_limit_in_ms: 60_000 }),
    drop: (key: string) => onObject(eventOf({ key }), { time_limit_in_ms: 60_000 }),
  };
}

describe('a bucket that hangs', () => {
  it('holds up no other: behind 60 of its submissions a healthy one is posted with the next tick', async () => {
    const world = await startBesideHanging();
    await fill(world, 'stuck', STUCK, 60);
    await fill(world, 'clips-to-gif', BUCKET, 1);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(1);
  });

  it('is asked by one probe at a time, less and less often, however much waits', async () => {
    const world = await startBesideHanging();
    await fill(world, 'stuck', STUCK, 60);
    const asked: number[] = [];
    for (let tick = 0; tick < 16; tick += 1) {
      const before = world.gate.unanswered();
      await Promise.all([world.recheck(), world.recheck()]);
      asked.push(world.gate.unanswered() - before);
      await world.pass(TICK_SECONDS);
    }
    // Two POSTs and two searches, each search as often as the client repeats it, and after that a probe now and then.
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
    expect(sum(asked)).toBeLessThanOrEqual(60);
    expect(sum(asked.slice(-6))).toBeLessThanOrEqual(15);
  });

  it('goes on once it answers, from where it stood', async () => {
    const world = await startBesideHanging();
    await fill(world, 'stuck', STUCK, 5);
    await world.recheck();
    const [{ count: untouched } = { count: 0 }] = await world.sql<{ count: number }[]>`
      select count(*)::int as count from intents where state = 'pending' and tries = 0`;
    expect(untouched).toBe(3);
  });

  it('on-object posts its own first, and nothing else before it', async () => {
    const world = await startBesideHanging();
    await fill(world, 'stuck', STUCK, 60);
    await fill(world, 'clips-to-gif', BUCKET, 30);
    await world.sql`update intents set next_try_at = 'infinity' where rule = 'clips-to-gif'`;
    await world.drop('clips/mine.mp4');
    const [job] = await world.jobsAtCi();
    expect(job?.Input?.Object).toBe('clips/mine.mp4');
  });
});

describe('a rule at its limit', () => {
  it('has 3 000 waiting, and no transaction touches them until its next place is free', async () => {
    const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 2 })]);
    await fill(world, 'clips-to-gif', BUCKET, 3000);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(2);
    const before = await written(world);
    for (let tick = 0; tick < 5; tick += 1) {
      await world.pass(TICK_SECONDS);
      await world.recheck();
      await world.drop({ key: 'elsewhere/a.mp4' });
    }
    expect(await written(world)).toBe(before);
    await world.pass(3600);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(4);
  });

  it('has its submissions in doubt looked for, and posted again in the place that they have', async () => {
    const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 1 })]);
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, kind: 'reset' });
    await world.drop({ key: 'clips/doubtful.mp4' });
    await world.drop({ key: 'clips/waits.mp4' });
    for (const seconds of [151, 31, TICK_SECONDS]) {
      await world.pass(seconds);
      await world.recheck();
    }
    expect(await world.inputsAtCi()).toEqual(['clips/doubtful.mp4']);
  });
});

describe('a queue that is full', () => {
  it('is asked by one submission after another pause, and each keeps its place in line', async () => {
    const world = await startRuledWorld();
    await fill(world, 'clips-to-gif', BUCKET, 50);
    await world.cloud.faults({ match: 'CreateMediaJobs', status: 403, code: 'QueueSaturated' });
    const inLine = async () => {
      const rows = await world.sql`select id from intents where state = 'pending' order by next_try_at`;
      return rows.map((row) => String(row['id']));
    };
    const before = await inLine();
    for (let tick = 0; tick < 12; tick += 1) {
      await world.recheck();
      await world.pass(TICK_SECONDS);
    }
    // One whose answer did not come in time is in doubt, and in no line.
    const after = await inLine();
    expect(after.length).toBeGreaterThan(40);
    expect(after).toEqual(before.filter((id) => after.includes(id)));
    // 10 s, 20, 40, 80, give or take, and each POST as often as the client repeats it.
    expect(await world.cloud.requests('CreateMediaJobs')).toBeLessThanOrEqual(6 * 4);
    await world.cloud.faults();
    await world.pass(400);
    await world.recheck();
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(50);
  });

  it('of one rule holds no other rule up', async () => {
    const other = ruleOf({ name: 'films', prefix: 'films/', output: { object: 'films/${jobid}.gif' } });
    const world = await startRuledWorld([ruleOf(), other]);
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 4, status: 403, code: 'QueueSaturated' });
    await world.drop({ key: 'clips/a.mp4' }, { key: 'films/a.mp4' });
    expect(await world.inputsAtCi()).toEqual(['films/a.mp4']);
  });
});

it('beside 20 000 submissions that are not settled an event stays under 96 MB', async () => {
  const world = await startRuledWorld([ruleOf()]);
  await fill(world, 'clips-to-gif', BUCKET, 20_000);
  await world.sql`update intents set state = 'doubtful', tries = 1, next_try_at = jobwatch_now() + interval '2 minutes'`;
  await world.sql`
    insert into intent_outputs (intent_id, bucket, head, key)
    select id, bucket, 'out/', 'out/' || id || '-\${jobid}.gif' from intents`;
  const onObject = await startChildFunction('on-object', world.env, [ruleOf()]);
  const event = eventOf({ key: 'clips/mine.mp4' }, { key: 'out/x.mp4' });
  const answer = await onObject.run(event);
  expect(answer).toMatchObject({ kind: 'returned' });
  expect(answer.kind === 'returned' && answer.peakMemoryBytes / 1024 ** 2).toBeLessThan(96);
  expect(await world.inputsAtCi()).toEqual(['clips/mine.mp4']);
});

it('a lane that a clock which ran ahead has put off goes on once the clock is right', async () => {
  const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 1 })]);
  await world.pass(86_400);
  await world.drop({ key: 'clips/1.mp4' }, { key: 'clips/2.mp4' });
  await world.pass(-86_400);
  await world.recheck();
  expect(await world.jobsAtCi()).toHaveLength(2);
});

it('a probe that found nothing to ask leaves the lane to the next one', async () => {
  const world = await startRuledWorld();
  await fill(world, 'clips-to-gif', BUCKET, 1);
  await world.sql`
    insert into lanes (kind, bucket, region, rule, failures)
    values ('submit', ${BUCKET}, ${REGION}, 'clips-to-gif', 2)`;
  const store = openStore(world.databaseUrl, Date.now);
  onTestFinished(store.close);
  const take = () => store.transaction((sql) => takeTurn(sql, policyOf(ruleOf()), []));
  // Somebody else has what is due.
  await world.sql.begin(async (other) => {
    await other`select 1 from intents for update`;
    expect(await take()).toBeUndefined();
  });
  expect(await take()).toMatchObject({ entry: 'probe', intents: [{ rule: 'clips-to-gif' }] });
});

it('two requests that fail are not in a row where one between them was answered', async () => {
  const world = await startRuledWorld();
  const noMatter = { match: 'CreateMediaJobs', times: 1, status: 404, code: 'NoSuchBucket' };
  for (const [fails, succeeds] of [
    ['a', 'b'],
    ['c', 'd'],
  ]) {
    await world.cloud.faults(noMatter);
    // One after the other: of two at once either may be answered first.
    await world.drop({ key: `clips/${fails}.mp4` });
    await world.drop({ key: `clips/${succeeds}.mp4` });
  }
  expect(await world.sql`select 1 from lanes where put_off_until is not null`).toHaveLength(0);
  expect(await world.inputsAtCi()).toEqual(['clips/b.mp4', 'clips/d.mp4']);
});
