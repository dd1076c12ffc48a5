import { expect, it } from 'vitest';
import { startAnswerGate } from '../worlds/answer-gate.ts';
import { startChildFunction } from '../worlds/child-function.ts';
import { holdTable } from '../worlds/hold-table.ts';
import { startWorld, untilCiHangs, type World } from '../worlds/submit-world.ts';

const LEASE_SECONDS = 60;
const JOBS = 25;

/** Watches jobs that have all ended meanwhile. */
async function watchEnded(world: World): Promise<string[]> {
  const JobIds = await world.cloud.jobs('Success', JOBS);
  const headers = { 'content-type': 'application/json' };
  await world.submit('/watches', { method: 'POST', headers, body: JSON.stringify({ JobIds }) });
  return JobIds;
}

/** Every watch has its outcome, and the way to it was written down once. */
async function expectAllEnded(world: World, ids: readonly string[]): Promise<void> {
  const watches = await world.watches({ outcome: 'Success', limit: '200' });
  expect(watches.map((watch) => watch.JobId).sort()).toEqual([...ids].sort());
  const [count] = await world.sql`
    select (select count(*)::int from watch_history where to_state = 'Success') as steps,
      (select count(*)::int from events where type = 'jobwatch.job.succeeded') as events,
      (select count(*)::int from watches where claim_token is not null) as claimed`;
  expect(count).toEqual({ steps: ids.length, events: ids.length, claimed: 0 });
}

/** The next tick leaves alone what the dead one holds; the first after the lease does its work. */
async function expectRepair(world: World, ids: readonly string[]): Promise<void> {
  await world.cloud.faults();
  expect(await world.recheck()).toMatchObject({ claimed: 0, finished: 0 });
  await world.pass(LEASE_SECONDS + 1);
  expect(await world.recheck()).toMatchObject({ finished: ids.length });
  await expectAllEnded(world, ids);
}

it('a sweep killed after its claim, while CI is asked, loses nothing', async () => {
  const world = await startWorld();
  const ids = await watchEnded(world);
  await world.cloud.faults({ match: 'DescribeMediaJob', kind: 'hang' });
  const child = await startChildFunction('recheck', world.env);
  const ended = child.run();
  await untilCiHangs(world, 'DescribeMediaJob');
  await child.kill();
  expect(await ended).toMatchObject({ kind: 'exited', signal: 'SIGKILL' });
  await expectRepair(world, ids);
});

it.each([
  ['after CI answered, before it is noted', 'watches'],
  ['inside observe, the watches changed and their history not yet', 'watch_history'],
])('a sweep killed %s, loses nothing and writes nothing twice', async (_, table) => {
  const world = await startWorld();
  const ids = await watchEnded(world);
  const gate = await startAnswerGate(world.cloud.url, 'GET');
  const child = await startChildFunction('recheck', { ...world.env, CI_ENDPOINT: gate.url });
  const ended = child.run();
  await gate.untilHeld();
  const held = await holdTable(world.sql, table);
  gate.open();
  await held.untilAwaited();
  await child.kill();
  expect(await ended).toMatchObject({ kind: 'exited', signal: 'SIGKILL' });
  await held.release();
  await expectRepair(world, ids);
});

it('a sweep killed while it lists a group leaves the listing to the next', async () => {
  const world = await startWorld();
  const JobIds = await world.cloud.jobs('Running', JOBS);
  const headers = { 'content-type': 'application/json' };
  await world.submit('/watches', { method: 'POST', headers, body: JSON.stringify({ JobIds }) });
  await world.recheck();
  await world.pass(400);
  await world.cloud.faults({ match: 'DescribeMediaJobs', kind: 'hang' });
  const child = await startChildFunction('recheck', world.env);
  const ended = child.run();
  await untilCiHangs(world, 'DescribeMediaJobs');
  await child.kill();
  await ended;
  for (const id of JobIds) await world.cloud.control('PATCH', `/jobs/${id}`, { state: 'Success' });
  await world.cloud.faults();
  expect(await world.recheck()).toMatchObject({ claimed: 0, requests: { list: 0, describe: 0 } });
  await world.pass(LEASE_SECONDS + 1);
  expect(await world.recheck()).toMatchObject({ finished: JOBS, requests: { list: 1 } });
  await expectAllEnded(world, JobIds);
});
