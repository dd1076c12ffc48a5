import { expect, it } from 'vitest';
import { startSweeping } from '../worlds/sweeping.ts';

it("a broken clip ends its watch with CI's Code and Message, in the list too", async () => {
  const world = await startSweeping();
  const [id = ''] = await world.jobs({ count: 1, state: 'Failed' });
  await world.watch([id], {});
  await world.sweep();
  const [watch] = await world.sql<
    { outcome: string; last_error: string; job: { Code: string; Message: string } }[]
  >`
    select outcome, last_error, job from watches where job_id = ${id}`;
  expect(watch).toMatchObject({ outcome: 'Failed', job: { Code: expect.stringMatching(/./) } });
  expect(watch?.last_error).toBe(`${watch?.job.Code}: ${watch?.job.Message}`);
});
