import { expect, it } from 'vitest';
import { startRuledWorld } from '../worlds/ruled-world.ts';

/** The client tries each a few times in real time before it leaves it to a later sweep. */
const UPLOADS = 2;
const keys = Array.from({ length: UPLOADS }, (_, index) => `clips/${index}.mp4`).sort();

it('after ten minutes of QueueSaturated every upload is submitted, none twice', async () => {
  const world = await startRuledWorld();
  await world.cloud.faults({
    match: 'CreateMediaJobs',
    code: 'QueueSaturated',
    status: 403,
  });
  await world.drop(...keys.map((key) => ({ key })));
  for (let minute = 0; minute < 10; minute += 1) {
    await world.pass(60);
    await world.recheck();
  }
  expect(await world.jobsAtCi()).toEqual([]);
  expect(await world.unsettled()).toBe(UPLOADS);

  await world.cloud.faults();
  // The longest backoff, with its jitter.
  await world.pass(361);
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(keys);
  await world.drop(...keys.map((key) => ({ key })));
  await world.pass(600);
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(keys);
});
