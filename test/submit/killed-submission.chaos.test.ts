import { describe, expect, it } from 'vitest';
import { startAnswerGate } from '../worlds/answer-gate.ts';
import { type ChildFunction, startChildFunction } from '../worlds/child-function.ts';
import { holdTable } from '../worlds/hold-table.ts';
import { makePending } from '../worlds/make-pending.ts';
import {
  POST_SECONDS,
  SETTLE_SECONDS,
  startWorld,
  submission,
  untilCiHangs,
  type World,
} from '../worlds/submit-world.ts';

const LEASE_SECONDS = 60;
const SECOND_LOOK_SECONDS = 30;

/** Who submits: each leaves one intent behind when it is killed. */
const SUBMITTERS: [string, (world: World, env: World['env']) => Promise<[ChildFunction, unknown]>][] = [
  [
    'submit',
    async (_, env) => [
      await startChildFunction('api', env),
      { httpMethod: 'POST', path: '/jobs', queryString: {}, ...submission() },
    ],
  ],
  [
    'recheck',
    async (world, env) => {
      await makePending(world, 1);
      await world.pass(11);
      return [await startChildFunction('recheck', env), {}];
    },
  ],
];

/** One intent, one job, one watch, now and for ever. */
async function expectOneJob(world: World): Promise<void> {
  await world.cloud.faults();
  expect(await world.watches()).toMatchObject([{ JobId: '', State: 'Pending' }]);
  await world.pass(Math.max(LEASE_SECONDS, POST_SECONDS + SETTLE_SECONDS) + 1);
  for (let tick = 0; tick < 3; tick += 1) {
    await world.recheck();
    await world.pass(SECOND_LOOK_SECONDS + 1);
  }
  const [job, ...others] = await world.jobsAtCi();
  expect(others).toEqual([]);
  expect(await world.watches()).toMatchObject([
    { JobId: job?.JobId, Intent: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
}

describe.each(SUBMITTERS)('%s killed', (_, start) => {
  it.each([
    ['before CI took the job', 'before', 2],
    ['after CI took it, before its answer', 'after', 1],
  ] as const)('%s: one job', async (_when, phase, posts) => {
    const world = await startWorld();
    const [child, event] = await start(world, world.env);
    await world.cloud.faults({ match: 'CreateMediaJobs', phase, kind: 'hang' });
    const ended = child.run(event);
    await untilCiHangs(world, 'CreateMediaJobs');
    expect(await world.jobsAtCi()).toHaveLength(phase === 'after' ? 1 : 0);
    await child.kill();
    expect(await ended).toMatchObject({ kind: 'exited' });
    await expectOneJob(world);
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(posts);
  });

  it('after CI answered, before the job is watched: one job', async () => {
    const world = await startWorld();
    const gate = await startAnswerGate(world.cloud.url, 'POST');
    const [child, event] = await start(world, { ...world.env, CI_ENDPOINT: gate.url });
    const ended = child.run(event);
    await gate.untilHeld();
    const held = await holdTable(world.sql, 'watches');
    gate.open();
    await held.untilAwaited();
    expect(await world.jobsAtCi()).toHaveLength(1);
    await child.kill();
    expect(await ended).toMatchObject({ kind: 'exited' });
    await held.release();
    await expectOneJob(world);
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
  });
});

it('submit killed before its intent is committed submits nothing, then or later', async () => {
  const world = await startWorld();
  const child = await startChildFunction('api', world.env);
  const held = await holdTable(world.sql, 'intents');
  const ended = child.run({ httpMethod: 'POST', path: '/jobs', queryString: {}, ...submission() });
  await held.untilAwaited();
  await child.kill();
  await ended;
  await held.release();
  await world.pass(POST_SECONDS + SETTLE_SECONDS + SECOND_LOOK_SECONDS);
  await world.recheck();
  expect(await world.watches()).toEqual([]);
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(0);
});
