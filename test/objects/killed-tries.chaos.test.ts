import { expect, it } from 'vitest';
import { startKillableFunctions } from '../worlds/killable-function.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const OBJECTS = 30;
const RULE = ruleOf({
  job: { Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 320, Fps: 12 } } },
  fit: { maxBytes: 20_000, tries: 3 },
});

/** CI has made all that is open, so large. */
async function made({ cloud, jobsAtCi }: RuledWorld, bytes: number): Promise<void> {
  for (const { JobId, State } of await jobsAtCi())
    if (State === 'Submitted')
      await cloud.control('PATCH', `/jobs/${JobId}`, {
        state: 'Success',
        picture: { bytes, width: 320, height: 240, fps: 12 },
      });
}

it('between a result and its next try kills lose no try and double none', async () => {
  const world = await startRuledWorld([RULE]);
  await world.drop(...Array.from({ length: OBJECTS }, (_, n) => ({ key: `clips/${n}.mp4` })));
  await world.recheck();
  const sweeps = await startKillableFunctions('recheck', 2, world.env, [RULE]);
  for (const bytes of [50_000, 10_000]) {
    await made(world, bytes);
    await world.pass(301);
    for (const killAfterMs of [50, 90, 130, 170, 230, 300])
      await Promise.all(sweeps.map((sweep, index) => sweep.deliver({}, killAfterMs + index * 20)));
    // What was being posted when its process died is looked for, twice, and posted again only if CI has it not.
    for (let round = 0; round < 4; round += 1) {
      await world.pass(200);
      await world.recheck();
    }
  }
  expect(sweeps.some((sweep) => sweep.killed() > 0)).toBe(true);
  expect(await world.jobsAtCi()).toHaveLength(2 * OBJECTS);
  const told = await world.sql<{ data: { Object: string; Renditions: object[] } }[]>`
    select data from events where type = 'jobwatch.object.ready'`;
  expect(new Set(told.map(({ data }) => data.Object)).size).toBe(OBJECTS);
  expect(told).toHaveLength(OBJECTS);
  for (const { data } of told)
    expect(data.Renditions).toMatchObject([{ Tries: 2, Fits: true, Bytes: 10_000 }]);
});
