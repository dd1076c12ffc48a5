import { expect, it } from 'vitest';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const RULE = ruleOf({ retries: { codes: ['Timeout', 'Busy'], attempts: 2 } });
const KEY = 'clips/a.mp4';

/** Every open job of CI fails, and recheck learns of it. */
async function fail(world: RuledWorld, Code: string): Promise<void> {
  for (const { JobId, State } of await world.jobsAtCi()) {
    if (State !== 'Submitted') continue;
    await world.cloud.control('PATCH', `/jobs/${JobId}`, {
      state: 'Failed',
      code: Code,
      message: 'It broke.',
    });
  }
  await world.pass(301);
  await world.recheck();
  // Retries are decided about before the sweep that follows: what it learned is for the next one.
  await world.pass(10);
  await world.recheck();
}

it('a job that failed with a listed code is submitted again, as often as the rule says', async () => {
  const world = await startRuledWorld([RULE]);
  await world.drop({ key: KEY });
  for (const expected of [2, 3, 3, 3]) {
    await fail(world, 'Timeout');
    expect(await world.inputsAtCi()).toEqual(Array(expected).fill(KEY));
  }
  const outputs = (await world.jobsAtCi()).map(({ Operation }) => Operation?.Output);
  for (const output of outputs) expect(output).toMatchObject({ Object: 'gifs/a.${ext}' });
  expect(await world.watches({ outcome: 'Failed' })).toHaveLength(3);
});

it('a new version has all its tries again', async () => {
  const world = await startRuledWorld([ruleOf({ retries: { codes: ['Timeout'], attempts: 1 } })]);
  await world.drop({ key: KEY, etag: 'a', at: 1 });
  await fail(world, 'Timeout');
  await fail(world, 'Timeout');
  expect(await world.jobsAtCi()).toHaveLength(2);
  await world.drop({ key: KEY, etag: 'b', at: 2 });
  await fail(world, 'Timeout');
  expect(await world.jobsAtCi()).toHaveLength(4);
});

it.each([
  ['another code', RULE, 'InvalidMediaFile'],
  ['no retries', ruleOf(), 'Timeout'],
])('with %s a failure is the outcome, with its code and message', async (_, rule, code) => {
  const world = await startRuledWorld([rule]);
  await world.drop({ key: KEY });
  await fail(world, code);
  const [{ JobId } = { JobId: '' }, ...others] = await world.watches();
  expect(others).toEqual([]);
  const { json } = await world.describe(`/watches/${JobId}`);
  expect(json).toMatchObject({ Outcome: 'Failed', Job: { Code: code, Message: 'It broke.' } });
  expect(await world.unsettled()).toBe(0);
});

it('a retry counts for the brake', async () => {
  const world = await startRuledWorld([
    ruleOf({ retries: { codes: ['Timeout'], attempts: 2 }, maxJobsPerHour: 1 }),
  ]);
  await world.drop({ key: KEY });
  await fail(world, 'Timeout');
  expect(await world.jobsAtCi()).toHaveLength(1);
  await world.pass(3600);
  await world.recheck();
  expect(await world.jobsAtCi()).toHaveLength(2);
});
