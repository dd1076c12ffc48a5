import { expect, it } from 'vitest';
import { loadHandler } from '../worlds/load-function.ts';
import { EVERY_SECONDS, place, reconciled } from '../worlds/place-objects.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const RULE = ruleOf({ reconcile: 'on' });

it('an event that comes after all is a duplicate, and so is a listing after an event', async () => {
  const world = await startRuledWorld([RULE]);
  await place(world, ['clips/late.mp4']);
  expect(await reconciled(world)).toEqual(['clips/late.mp4']);
  const [known] = await world.sql`select etag, event_time from object_versions`;
  const at = Math.floor(Number(known?.['event_time']) / 1000);
  expect(await world.drop({ key: 'clips/late.mp4', etag: String(known?.['etag']), at })).toMatchObject({
    intended: 0,
  });
  expect(await reconciled(world)).toEqual(['clips/late.mp4']);
});

it('an object that is written anew is submitted anew', async () => {
  const world = await startRuledWorld([RULE]);
  await place(world, ['clips/a.mp4']);
  await reconciled(world);
  const [first] = await world.jobsAtCi();
  await world.cloud.control('PATCH', `/jobs/${first?.JobId}`, { state: 'Success' });
  await world.pass(301);
  await world.recheck();
  await world.drop({ key: 'clips/a.mp4', etag: 'e'.repeat(32), at: Date.now() / 1000 + 1000 });
  expect(await world.inputsAtCi()).toEqual(['clips/a.mp4', 'clips/a.mp4']);
});

it.each([
  ['is older than the rule', {}, 10],
  ['is of a paused rule', { paused: true }, 0],
  ['is of a rule that does not ask for it', { reconcile: 'off' }, 0],
])('no object is submitted that %s', async (_, change, ago) => {
  const world = await startRuledWorld([ruleOf({ reconcile: 'on', ...change })]);
  await place(world, ['clips/a.mp4'], ago);
  expect(await reconciled(world)).toEqual([]);
  expect(await world.unsettled()).toBe(0);
});

it('an object whose event was lost is found however late, since versions are remembered while their rule exists', async () => {
  const world = await startRuledWorld([RULE], { RETENTION_DAYS: '2' });
  await place(world, ['clips/a.mp4']);
  await world.pass(5 * 86_400);
  for (const _ of [1, 2, 3]) expect(await reconciled(world)).toEqual(['clips/a.mp4']);
});

it('a listing that was cut short goes on where it ended', async () => {
  const world = await startRuledWorld([RULE]);
  const keys = Array.from({ length: 2500 }, (_, index) => `clips/${String(index).padStart(4, '0')}.txt`);
  await place(world, keys, 3600);
  // The cloud reads each object once, for its ETag: that takes its time, and is not what is tested.
  expect(await reconciled(world)).toEqual([]);
  await place(world, ['clips/zz.mp4']);
  const { cloud } = world;
  // The first page comes, the second is refused.
  await cloud.control('PUT', '/faults', [
    { match: { operation: 'GetBucket' }, rate: 1, times: 1, delayMs: 1 },
    { match: 'GetBucket', code: 'AccessDenied', status: 403 },
  ]);
  expect(await reconciled(world)).toEqual([]);
  const [state] = await world.sql`select marker from rule_states`;
  expect(state?.['marker']).toBe('clips/0999.txt');
  const before = await cloud.requests('GetBucket');
  await cloud.control('PUT', '/faults', []);
  await world.pass(61);
  await world.recheck();
  expect((await cloud.requests('GetBucket')) - before).toBe(2);
  expect(await world.inputsAtCi()).toEqual(['clips/zz.mp4']);
});

it('a rule that is for other objects from now on leaves those that were there already', async () => {
  const world = await startRuledWorld([RULE]);
  await place(world, ['videos/old.mp4']);
  await world.pass(EVERY_SECONDS);
  const changed = await loadHandler('recheck', world.env, [ruleOf({ reconcile: 'on', prefix: 'videos/' })]);
  await changed({}, { time_limit_in_ms: 60_000 });
  expect(await world.cloud.requests('GetBucket')).toBeGreaterThan(0);
  expect(await world.inputsAtCi()).toEqual([]);
});
