import { expect, it } from 'vitest';
import { acting, endJobs } from '../http/acting.ts';
import { startKillableFunctions } from '../worlds/killable-function.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const JOBS = 60;

it('an order is done once whenever the sweeps that do it are killed', async () => {
  const world = await startRuledWorld();
  await world.drop(...Array.from({ length: JOBS }, (_, n) => ({ key: `clips/${n}.mp4` })));
  await endJobs(world, 'Failed');
  const { json } = await acting(world).order({ Filter: {} });
  const sweeps = await startKillableFunctions('recheck', 2, world.env, [ruleOf()]);
  for (const killAfterMs of [50, 90, 130, 170, 230, 300])
    await Promise.all(sweeps.map((sweep, index) => sweep.deliver({}, killAfterMs + index * 20)));
  expect(sweeps.some((sweep) => sweep.killed() > 0)).toBe(true);
  // What was being posted when its process died is looked for, twice, and posted again only if CI has it not.
  for (let round = 0; round < 4; round += 1) {
    await world.pass(200);
    await world.recheck();
  }
  expect((await world.describe(`/retries/${json['Id']}`)).json).toMatchObject({
    State: 'Ended',
    Count: JOBS,
    Done: JOBS,
    Failed: 0,
  });
  expect(await world.jobsAtCi()).toHaveLength(2 * JOBS);
  const links = await world.sql`
    select count(*)::int as count from watches o join watches n on n.retry_of = o.job_id
      join intents i on i.id = n.intent_id where o.retried_as = i.id::text`;
  expect(links).toEqual([{ count: JOBS }]);
});
