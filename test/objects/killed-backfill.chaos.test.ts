import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { startKillableFunctions } from '../worlds/killable-function.ts';
import { place } from '../worlds/place-objects.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const OBJECTS = 240;
const EMPTY_ROUNDS = 4;

/** What COS tells of the object that lies there. */
function writeOf(key: string) {
  const content = `clip ${key}`;
  return { key, etag: createHash('md5').update(content).digest('hex'), size: content.length };
}

it('beside live uploads whose events come twice, late or never, kills leave nothing out and do nothing twice', async () => {
  const world = await startRuledWorld();
  const keys = Array.from({ length: OBJECTS }, (_, n) => `clips/${String(n).padStart(3, '0')}.mp4`);
  const toldOf = (remainder: number) => keys.filter((_, n) => n % 4 === remainder).map(writeOf);
  const [before, during, twice, newer] = [
    toldOf(0),
    toldOf(1),
    toldOf(2).slice(0, 20),
    toldOf(3).slice(0, 10),
  ];
  await place(world, keys);
  await world.drop(...before);
  const ordered = await world.submit('/backfills', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Rule: 'clips-to-gif' }),
  });
  expect(ordered.status).toBe(202);
  const sweeps = await startKillableFunctions('recheck', 2, world.env, [ruleOf()]);
  const batches = [during.slice(0, 30), during.slice(30), [...twice, ...twice], twice];
  for (const [round, killAfterMs] of [50, 90, 130, 170, 230, 300, 380, 460].entries()) {
    await Promise.all([
      ...sweeps.map((sweep, index) => sweep.deliver({}, killAfterMs + index * 25)),
      world.drop(...(batches[round] ?? [])),
    ]);
    // Its lease outlives who died.
    await world.pass(61);
  }
  expect(sweeps.some((sweep) => sweep.killed() > 0)).toBe(true);
  // What was being posted when its process died is looked for, twice, and posted again only if CI has it not.
  for (let round = 0; round < EMPTY_ROUNDS; round += 1) {
    await world.pass(200);
    await world.recheck();
  }
  await world.drop(...during, ...twice);
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(keys);
  const { json } = await world.describe(`/backfills/${ordered.json['Id']}`);
  expect(json).toMatchObject({ State: 'Ended', Listed: OBJECTS, Caught: OBJECTS, Left: 0, LastError: '' });
  expect(Number(json['Known']) + Number(json['Submitted'])).toBe(OBJECTS);

  // A write after it is a version of its own.
  const later = { etag: 'b'.repeat(32), at: Date.now() / 1000 + 5000 };
  const taken = await world.drop(...newer.map(({ key }) => ({ key, ...later })));
  expect(taken).toMatchObject({ intended: newer.length });
});
