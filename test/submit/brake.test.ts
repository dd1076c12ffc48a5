import { expect, it } from 'vitest';
import { loadHandler } from '../worlds/load-function.ts';
import { logged } from '../worlds/logged.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const MOST = 3;
const UPLOADS = 8;
const keys = Array.from({ length: UPLOADS }, (_, index) => `clips/${index}.mp4`);

it('what is over maxJobsPerHour waits, with one error line, and goes on after the hour', async () => {
  const lines = logged();
  const world = await startRuledWorld([ruleOf({ maxJobsPerHour: MOST })]);
  await world.drop(...keys.map((key) => ({ key })));
  expect(await world.jobsAtCi()).toHaveLength(MOST);

  await world.pass(1800);
  await world.recheck();
  expect(await world.jobsAtCi()).toHaveLength(MOST);
  const brakes = () => lines().filter(({ code }) => code === 'Brake');
  expect(brakes()).toMatchObject([{ level: 'error', rule: 'clips-to-gif', maxJobsPerHour: MOST }]);
  const waiting = (await world.watches()).filter(({ JobId }) => JobId === '');
  expect(waiting.map(({ LastError }) => LastError)).toEqual(
    Array(UPLOADS - MOST).fill('held back: rule clips-to-gif submits at most 3 jobs an hour'),
  );

  await world.pass(1801);
  await world.recheck();
  expect(await world.jobsAtCi()).toHaveLength(2 * MOST);
  await world.pass(3601);
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(keys);
  // One line an hour in which it holds something back.
  expect(brakes()).toHaveLength(2);
});

it('the brake of one rule holds no other', async () => {
  const world = await startRuledWorld([
    ruleOf({ maxJobsPerHour: 1 }),
    ruleOf({ name: 'films', prefix: 'films/', output: { object: 'films/${name}.${ext}' } }),
  ]);
  await world.drop(
    { key: 'clips/1.mp4' },
    { key: 'clips/2.mp4' },
    { key: 'films/1.mp4' },
    { key: 'films/2.mp4' },
  );
  expect(await world.inputsAtCi()).toEqual(['clips/1.mp4', 'films/1.mp4', 'films/2.mp4']);
});

it('several instances together submit no more than one', async () => {
  const world = await startRuledWorld([ruleOf({ maxJobsPerHour: MOST })]);
  await Promise.all(keys.map((key) => world.drop({ key })));
  expect(await world.jobsAtCi()).toHaveLength(MOST);
});

it.each([
  ['paused', [ruleOf({ maxJobsPerHour: 1, paused: true })]],
  ['taken away', []],
])('what waits is not submitted once its rule is %s', async (_, rules) => {
  const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 1 })]);
  await world.drop({ key: 'clips/1.mp4' }, { key: 'clips/2.mp4' });
  const later = await loadHandler('recheck', world.env, rules);
  await world.pass(3700);
  await later({}, { time_limit_in_ms: 60_000 });
  expect(await world.inputsAtCi()).toEqual(['clips/1.mp4']);
  expect(await world.unsettled()).toBe(1);
});

it('hours in which CI takes nothing leave no more than one hour of jobs for afterwards', async () => {
  const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 1 })]);
  await world.cloud.faults({ match: 'CreateMediaJobs', status: 403, code: 'QueueSaturated' });
  for (const hour of [1, 2, 3]) {
    await world.drop({ key: `clips/${hour}.mp4` });
    await world.pass(3700);
  }
  await world.cloud.faults();
  await world.recheck();
  expect(await world.jobsAtCi()).toHaveLength(1);
});

it('nor do hours in which nobody knows whether CI took anything', async () => {
  const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 1 })]);
  await world.cloud.faults({ match: 'CreateMediaJobs', kind: 'reset' });
  for (const hour of [1, 2, 3]) {
    await world.drop({ key: `clips/${hour}.mp4` });
    await world.pass(3700);
    await world.recheck();
  }
  await world.cloud.faults();
  for (let tick = 0; tick < 4; tick += 1) {
    await world.pass(301);
    await world.recheck();
  }
  expect((await world.jobsAtCi()).length).toBeLessThanOrEqual(1);
  for (let hour = 0; hour < 3; hour += 1) {
    const before = (await world.jobsAtCi()).length;
    await world.pass(3700);
    await world.recheck();
    expect((await world.jobsAtCi()).length).toBeLessThanOrEqual(before + 1);
  }
  expect(await world.inputsAtCi()).toEqual(['clips/1.mp4', 'clips/2.mp4', 'clips/3.mp4']);
});
