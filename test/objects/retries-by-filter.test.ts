import { describe, expect, it } from 'vitest';
import { acting, endJobs } from '../http/acting.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';

const keysOf = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `clips/${from + n}.mp4`);

async function failedWorld(count: number, rule = ruleOf()): Promise<RuledWorld & { failed: string[] }> {
  const world = await startRuledWorld([rule]);
  await world.drop(...keysOf(count).map((key) => ({ key })));
  return { ...world, failed: await endJobs(world, 'Failed') };
}

async function progressOf({ describe: ask }: RuledWorld, id: unknown) {
  const { status, json } = await ask(`/retries/${id}`);
  expect(status).toBe(200);
  return json;
}

/** How often each clip was submitted. */
async function timesAtCi(world: RuledWorld): Promise<number[]> {
  const times = new Map<string, number>();
  for (const key of await world.inputsAtCi()) times.set(key, (times.get(key) ?? 0) + 1);
  return [...times.values()];
}

describe('an order', () => {
  it('counts first when it is tried, then submits once more what ended badly when it was given', async () => {
    const world = await startRuledWorld();
    const { order, acts } = acting(world);
    await world.drop(...keysOf(6).map((key) => ({ key })));
    const [well = '', open = '', canceled = ''] = (await world.jobsAtCi()).map(({ JobId }) => JobId);
    const others = (await world.jobsAtCi()).map(({ JobId }) => JobId).slice(3);
    await endJobs(world, 'Success', [well]);
    await endJobs(world, 'Cancel', [canceled]);
    await endJobs(world, 'Failed', others);

    const tried = await order({ Filter: { rule: 'clips-to-gif' }, DryRun: true });
    expect([tried.status, tried.json]).toEqual([202, { Id: null, Count: 4 }]);
    const { status, json } = await order({ Filter: { rule: 'clips-to-gif' } });
    expect([status, json['Count']]).toEqual([202, 4]);
    expect(await progressOf(world, json['Id'])).toMatchObject({
      State: 'Running',
      Count: 4,
      Done: 0,
      By: 'local',
    });
    // Ends after the order: it is none of its jobs.
    await endJobs(world, 'Failed', [open]);
    await world.recheck();
    expect(await progressOf(world, json['Id'])).toMatchObject({
      State: 'Ended',
      Count: 4,
      Done: 4,
      Failed: 0,
    });
    expect((await timesAtCi(world)).sort()).toEqual([1, 1, 2, 2, 2, 2]);
    expect(await acts()).toMatchObject([
      {
        Act: 'retries.order',
        Subject: json['Id'],
        Detail: { Filter: { rule: 'clips-to-gif' } },
        Result: '4 jobs',
      },
    ]);
  });

  it('of named jobs takes those that ended badly, each once', async () => {
    const world = await failedWorld(3);
    const [first = '', second = ''] = world.failed;
    const { json } = await acting(world).order({ JobIds: [first, second, first, 'nobody'] });
    expect(json['Count']).toBe(2);
    await world.recheck();
    expect((await timesAtCi(world)).sort()).toEqual([1, 2, 2]);
    const again = await acting(world).order({ JobIds: [first, second] });
    expect(again.json['Count']).toBe(0);
    expect(await progressOf(world, again.json['Id'])).toMatchObject({ State: 'Ended' });
  });

  it('of a filter is one at a time', async () => {
    const world = await failedWorld(2);
    const { order, acts } = acting(world);
    const answers = await Promise.all(Array.from({ length: 4 }, () => order({ Filter: {} })));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    const id = answers.find(({ status }) => status === 202)?.json['Id'];
    const { json } = await order({ Filter: { outcome: 'Failed' } });
    expect([json['code'], json['detail']]).toEqual(['RetriesUnderWay', expect.stringContaining(String(id))]);
    // What is named is ordered beside it, and not paid for twice.
    expect((await order({ JobIds: world.failed })).status).toBe(202);
    await world.recheck();
    expect(await timesAtCi(world)).toEqual([2, 2]);
    expect((await order({ Filter: {} })).status).toBe(202);
    expect(await acts()).toHaveLength(3);
  });

  it('of more than 10 000 jobs is refused, with their number', async () => {
    const world = await startRuledWorld();
    await world.sql`
      insert into watches (job_id, bucket, region, outcome, source, job_created_at, created_at, ended_at, next_check_at)
      select 'j' || n, ${BUCKET}, ${REGION}, 'Failed', 'submit', now(), now(), now(), now() from generate_series(1, 10001) as n`;
    const { status, json } = await acting(world).order({ Filter: {} });
    expect([status, json['detail']]).toEqual([400, expect.stringContaining('10001')]);
    await world.sql`delete from watches where job_id = 'j1'`;
    const ordered = await acting(world).order({ Filter: {} });
    expect([ordered.status, ordered.json['Count']]).toEqual([202, 10_000]);
    // Nothing is known of these but their ids.
    for (let sweep = 0; sweep < 3; sweep += 1) await world.recheck();
    expect(await progressOf(world, ordered.json['Id'])).toMatchObject({
      Done: 0,
      Failed: 10_000,
      State: 'Ended',
    });
  });

  it.each([
    ['both', { Filter: {}, JobIds: ['a'] }],
    ['neither', {}],
    ['Filter.outcome', { Filter: { outcome: 'Success' } }],
    ['Filter.limit', { Filter: { limit: '5' } }],
    ['Filter.rule', { Filter: { rule: 'No Rule' } }],
    ['JobIds', { JobIds: [] }],
    ['DryRun', { Filter: {}, DryRun: 'yes' }],
    ['Operation', { Filter: {}, Operation: {} }],
  ])('that is wrong is refused: %s', async (words, body) => {
    const world = await startRuledWorld();
    const { status, json } = await acting(world).order(body);
    expect([status, json['detail']]).toEqual([400, expect.stringContaining(words.split('.').at(-1) ?? '')]);
  });

  it('that nobody gave is unknown', async () => {
    const world = await startRuledWorld();
    expect((await world.describe('/retries/00000000-0000-0000-0000-000000000000')).status).toBe(404);
  });
});

describe('what is ordered', () => {
  it('keeps at most 100 submissions in line, and stands behind what is new', async () => {
    const world = await failedWorld(130);
    const { order, change } = acting(world);
    await change('clips-to-gif', { Paused: true });
    await order({ Filter: {} });
    await world.recheck();
    expect(await world.unsettled()).toBe(100);
    await world.pass(10);
    await world.drop(...keysOf(5, 500).map((key) => ({ key })));
    await change('clips-to-gif', { Paused: false });
    await world.recheck();
    const posted = await world.sql<{ behind: boolean }[]>`
      select behind_of is not null as behind from intents
      where posted_at > (select max(at) from acts) order by posted_at`;
    expect(posted.slice(0, 5).map(({ behind }) => behind)).toEqual(Array(5).fill(false));
    for (let sweep = 0; sweep < 3; sweep += 1) await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(130 + 5 + 130);
  });

  it('takes at most half of what its rule may submit, and new objects have the rest', async () => {
    const world = await failedWorld(10, ruleOf({ maxJobsPerHour: 10 }));
    await world.pass(3601);
    await acting(world).order({ Filter: {} });
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(10 + 5);
    await world.drop(...keysOf(3, 500).map((key) => ({ key })));
    expect(await world.jobsAtCi()).toHaveLength(10 + 5 + 3);
    await world.pass(1800);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(10 + 5 + 3);
    await world.pass(1802);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(10 + 5 + 3 + 5);
  });

  it('is done once by several sweeps at once', async () => {
    const world = await failedWorld(40);
    const { json } = await acting(world).order({ Filter: {} });
    const others = await Promise.all([1, 2].map(() => loadHandler('recheck', world.env, [ruleOf()])));
    await Promise.all([world.recheck(), ...others.map((sweep) => sweep({}, { time_limit_in_ms: 60_000 }))]);
    await world.recheck();
    expect(await progressOf(world, json['Id'])).toMatchObject({ State: 'Ended', Done: 40, Failed: 0 });
    expect(await timesAtCi(world)).toEqual(Array(40).fill(2));
  });
});
