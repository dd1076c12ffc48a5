import { expect, it } from 'vitest';
import { acting } from '../http/acting.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { makePending } from '../worlds/make-pending.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { startWorld, submission, untilCiHangs } from '../worlds/submit-world.ts';

it('a submission that is taken back is never posted, and says who did it', async () => {
  const world = await startWorld();
  const [id = '', other = ''] = await makePending(world, 2);
  const { cancel, acts } = acting(world);
  const answers = await Promise.all([cancel(id), cancel(id), cancel(id)]);
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
  await world.pass(10);
  await world.recheck();
  expect(await world.jobsAtCi()).toHaveLength(1);
  expect(await acts()).toMatchObject([
    { By: 'local', Act: 'intent.cancel', Subject: id, Result: 'canceled' },
  ]);
  expect(await world.watches({ intent: id })).toMatchObject([
    { State: 'Canceled', LastError: 'canceled by local' },
  ]);
  expect((await world.watches()).map(({ Intent }) => Intent)).toEqual([other]);
  const { status, json } = await cancel(other);
  expect([status, json['code']]).toEqual([409, 'MaybeTaken']);
});

it('what CI may have is not taken back', async () => {
  const world = await startWorld();
  await world.cloud.faults({ match: 'CreateMediaJobs', kind: 'hang', phase: 'after', times: 1 });
  const asking = world.submit('/jobs', { ...submission(), context: { time_limit_in_ms: 4000 } });
  await untilCiHangs(world, 'CreateMediaJobs');
  const [{ id } = { id: '' }] = await world.sql<{ id: string }[]>`select id from intents`;
  const { cancel, acts } = acting(world);
  expect((await cancel(id)).json['code']).toBe('MaybeTaken');
  await asking;
  expect((await cancel(id)).json['code']).toBe('MaybeTaken');
  expect(await acts()).toEqual([]);
});

it('what is taken back while it is being worked off is posted once or not at all, as the answer says', async () => {
  const world = await startWorld();
  const ids = await makePending(world, 30);
  await world.pass(10);
  const { cancel } = acting(world);
  const [, ...answers] = await Promise.all([world.recheck(), ...ids.map(cancel)]);
  await world.pass(10);
  await world.recheck();
  const taken = answers.filter(({ status }) => status === 409);
  expect(answers.filter(({ status }) => status === 204).length + taken.length).toBe(ids.length);
  expect(await world.jobsAtCi()).toHaveLength(taken.length);
});

it('an output that it waited for is free for others', async () => {
  const rule = ruleOf({ output: { object: 'gifs/one.gif' }, sharedOutput: true });
  const world = await startRuledWorld([rule]);
  await world.drop({ key: 'clips/1.mp4' }, { key: 'clips/2.mp4' }, { key: 'clips/3.mp4' });
  const waiting = (await world.watches()).filter(({ JobId }) => JobId === '').map(({ Intent }) => Intent);
  expect(waiting).toHaveLength(2);
  await acting(world).cancel(waiting.at(-1) ?? '');
  for (const { JobId } of await world.jobsAtCi())
    await world.cloud.control('PATCH', `/jobs/${JobId}`, { state: 'Success' });
  await world.pass(301);
  await world.recheck();
  await world.recheck();
  expect(await world.jobsAtCi()).toHaveLength(2);
  expect(await world.unsettled()).toBe(0);
});

it('an unknown submission is no submission', async () => {
  const world = await startWorld();
  expect((await acting(world).cancel('00000000-0000-0000-0000-000000000000')).status).toBe(404);
  expect((await acting(world).cancel('x')).status).toBe(400);
  await loadHandler('recheck', world.env);
});
