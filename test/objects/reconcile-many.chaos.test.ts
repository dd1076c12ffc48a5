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
  // A run that has no time left leaves the rest of the listing to the next one.
  do expect(await reconciled(world)).toEqual([]);
  while ((await world.cloud.requests('GetBucket')) < OLD_OBJECTS / 1000);

  const lost = ['clips/lost 1.mp4', 'clips/lost+2.mp4', 'clips/z/失.mp4'];
  await place(world, [...lost, 'clips/no-clip.txt', 'elsewhere/a.mp4']);
  while ((await reconciled(world)).length < lost.length);
  expect(await reconciled(world)).toEqual(lost);
  const told = lines().filter(({ code }) => code === 'Reconciled');
  expect(told.reduce((sum, { intended }) => sum + Number(intended), 0)).toBe(lost.length);
  expect(told.every(({ level }) => level === 'warn')).toBe(true);
});
