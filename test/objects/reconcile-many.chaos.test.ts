import { expect, it } from 'vitest';
import { logged } from '../worlds/logged.ts';
import { place, reconciled } from '../worlds/place-objects.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const OLD_OBJECTS = 10_000;
const RULE = ruleOf({ reconcile: 'on' });

it('of a bucket with 10 000 old objects none is submitted, and three whose events were lost are', async () => {
  const lines = logged();
  const world = await startRuledWorld([RULE]);
  await place(
    world,
    Array.from({ length: OLD_OBJECTS }, (_, index) => `clips/old/${index}.mp4`),
    3600,
  );
  expect(await reconciled(world)).toEqual([]);
  expect(await world.cloud.requests('GetBucket')).toBeGreaterThanOrEqual(OLD_OBJECTS / 1000);

  const lost = ['clips/lost 1.mp4', 'clips/lost+2.mp4', 'clips/z/失.mp4'];
  await place(world, [...lost, 'clips/no-clip.txt', 'elsewhere/a.mp4']);
  expect(await reconciled(world)).toEqual(lost);
  expect(await reconciled(world)).toEqual(lost);
  expect(lines().filter(({ code }) => code === 'Reconciled')).toMatchObject([{ level: 'warn', intended: 3 }]);
}, 300_000);
