import { describe, expect, it } from 'vitest';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const KEY = 'clips/a.mp4';
const [A, B] = ['a'.repeat(32), 'b'.repeat(32)];

/** Each job writes an output of its own: none waits for another's. */
const APART = ruleOf({ output: { object: 'gifs/${name}-${jobid}.${ext}' } });

describe('one job for each version of an object', () => {
  it('written A, B, A: three', async () => {
    const world = await startRuledWorld([APART]);
    for (const [etag, at] of [
      [A, 100],
      [B, 101],
      [A, 102],
    ] as const) {
      expect(await world.drop({ key: KEY, etag, at })).toMatchObject({ intended: 1 });
    }
    expect(await world.inputsAtCi()).toEqual([KEY, KEY, KEY]);
  });

  it('written A, B, A within one second, each told once all are written: one, and told one by one: three', async () => {
    const world = await startRuledWorld([APART]);
    const writes = [
      { key: KEY, etag: A, at: 100, write: '1' },
      { key: KEY, etag: B, at: 100, write: '2' },
      { key: KEY, etag: A, at: 100, write: '3' },
    ];
    await world.drop(...writes);
    await world.drop(...writes);
    expect(await world.inputsAtCi()).toEqual([KEY]);

    const others = writes.map((write) => ({ ...write, key: 'clips/b.mp4' }));
    for (const write of [...others, ...others]) await world.drop(write);
    expect(await world.inputsAtCi()).toEqual([KEY, 'clips/b.mp4', 'clips/b.mp4', 'clips/b.mp4']);
  });

  it('written A, A: one, however often and however late it is told', async () => {
    const world = await startRuledWorld();
    await world.drop({ key: KEY, etag: A, at: 100 });
    expect(await world.drop({ key: KEY, etag: A, at: 200 })).toMatchObject({ intended: 0, ignored: 1 });
    await world.pass(7200);
    await world.drop({ key: KEY, etag: A, at: 100 }, { key: KEY, etag: A, at: 200 });
    expect(await world.inputsAtCi()).toEqual([KEY]);
  });

  it('an old event after a new one: none', async () => {
    const world = await startRuledWorld();
    await world.drop({ key: KEY, etag: B, at: 101 });
    expect(await world.drop({ key: KEY, etag: A, at: 100 })).toMatchObject({ intended: 0, ignored: 1 });
    expect(await world.inputsAtCi()).toEqual([KEY]);
  });

  it('a write between two of one content, told last: two if the job was posted before the later was written', async () => {
    const world = await startRuledWorld([APART]);
    const now = Math.floor(Date.now() / 1000);
    await world.drop({ key: KEY, etag: A, at: now - 100 });
    await world.pass(300);
    expect(await world.drop({ key: KEY, etag: A, at: now + 200 })).toMatchObject({ intended: 0 });
    for (const intended of [1, 0])
      expect(await world.drop({ key: KEY, etag: B, at: now + 100 })).toMatchObject({ intended });
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  });

  it('a write between two of one content, told last: one if the job was posted after the later was written', async () => {
    const world = await startRuledWorld([APART]);
    const now = Math.floor(Date.now() / 1000);
    await world.drop({ key: KEY, etag: A, at: now - 100 });
    await world.drop({ key: KEY, etag: A, at: now - 20 });
    expect(await world.drop({ key: KEY, etag: B, at: now - 50 })).toMatchObject({ intended: 0 });
    expect(await world.inputsAtCi()).toEqual([KEY]);
  });

  it('a write between two of one content, told last: one if the job is not posted yet', async () => {
    const world = await startRuledWorld([{ ...APART, maxJobsPerHour: 1 }]);
    await world.drop({ key: 'clips/first.mp4' });
    const now = Math.floor(Date.now() / 1000);
    await world.drop({ key: KEY, etag: A, at: now - 100 });
    await world.pass(300);
    await world.drop({ key: KEY, etag: A, at: now + 200 });
    expect(await world.drop({ key: KEY, etag: B, at: now + 100 })).toMatchObject({ intended: 0 });
    expect(await world.unsettled()).toBe(1);
    await world.pass(3700);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([KEY, 'clips/first.mp4']);
  });

  it('two rules that say so: one for each', async () => {
    const both = [
      ruleOf(),
      ruleOf({ name: 'second', overlaps: true, output: { object: 'small/${name}.${ext}' } }),
    ];
    const world = await startRuledWorld(both);
    expect(await world.drop({ key: KEY })).toMatchObject({ intended: 2 });
    expect(await world.drop({ key: KEY })).toMatchObject({ intended: 0 });
    const watched = await world.watches();
    expect(watched.map(({ Rule }) => Rule).sort()).toEqual(['clips-to-gif', 'second']);
  });

  it('told at once by several instances: one', async () => {
    const world = await startRuledWorld();
    const taken = await Promise.all(Array.from({ length: 8 }, () => world.drop({ key: KEY })));
    expect(taken.reduce((sum, { intended }) => sum + intended, 0)).toBe(1);
    expect(await world.inputsAtCi()).toEqual([KEY]);
  });
});

describe('nothing is submitted', () => {
  it.each([
    ['by a paused rule', { paused: true }, {}],
    ['for an empty object', {}, { size: 0 }],
    ['for one that is too large', { maxBytes: 999 }, {}],
    ['for a removal', {}, { eventName: 'cos:ObjectRemove:Delete' }],
    ['for another ending', {}, { key: 'clips/a.txt' }],
  ])('%s', async (_, change, write) => {
    const world = await startRuledWorld([ruleOf(change)]);
    expect(await world.drop({ key: KEY, ...write })).toEqual({ intended: 0, outputs: 0, ignored: 1 });
    expect(await world.unsettled()).toBe(0);
  });

  it('for what XML cannot say, and the other records go on', async () => {
    const world = await startRuledWorld();
    const taken = await world.drop({ key: 'clips/\u0001.mp4' }, { key: 'clips/\u0000.mp4' }, { key: KEY });
    expect(taken).toEqual({ intended: 1, outputs: 0, ignored: 2 });
    expect(await world.inputsAtCi()).toEqual([KEY]);
    expect(await world.unsettled()).toBe(0);
  });
});

it('a GIF beside its clip hides no later version of the clip', async () => {
  const world = await startRuledWorld([
    ruleOf({ output: { object: 'clips/${dir}${name}-${jobid}.${ext}' } }),
  ]);
  expect(await world.drop({ key: KEY, etag: A, at: 100 })).toMatchObject({ intended: 1 });
  expect(await world.drop({ key: KEY, etag: B, at: 200 })).toMatchObject({ intended: 1 });
  expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
});
