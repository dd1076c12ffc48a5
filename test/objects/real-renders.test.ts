import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeClip } from '../worlds/clips.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { BUCKET } from '../worlds/test-cloud.ts';
import { until } from '../worlds/until.ts';

const KEY = 'clips/a.mp4';

/** A world whose CI really makes what is asked for. */
async function startRendering(...rules: Parameters<typeof ruleOf>[0][]): Promise<RuledWorld> {
  const world = await startRuledWorld(rules.map((rule) => ruleOf(rule)));
  await world.cloud.control('PUT', '/progress', { mode: 'ffmpeg' });
  return world;
}

const fileOf = ({ cloud }: Pick<RuledWorld, 'cloud'>, key: string) =>
  path.join(cloud.dataDir, 'buckets', BUCKET, key);

async function upload({ cloud, drop }: RuledWorld, clip: Buffer): Promise<void> {
  const file = fileOf({ cloud }, KEY);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, clip);
  await drop({ key: KEY, size: clip.length });
}

/** Lets CI end what it has, and recheck learn of it and do what follows, until nothing is open. */
async function untilAllIsDone(world: RuledWorld): Promise<void> {
  await until(async () => {
    await world.pass(301);
    await world.recheck();
    expect(await world.unsettled()).toBe(0);
    const open = (await world.watches()).filter(({ Outcome }) => Outcome === '');
    expect(open).toEqual([]);
  });
}

const ready = async ({ sql }: RuledWorld) =>
  (await sql`select data from events where type = 'jobwatch.object.ready'`).map(({ data }) => data);

it('of one clip a GIF fits at once, one after a try more, one after more than that, and one never', async () => {
  const job = { Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 320, Fps: 10 } } };
  const first = await startRendering({
    job,
    output: { object: 'made/${dir}${name}.${ext}' },
  });
  const clip = await makeClip();
  await upload(first, clip);
  await untilAllIsDone(first);
  const whole = Number((await first.watches())[0]?.['OutputBytes']);
  expect(whole).toBeGreaterThan(20_000);

  const rendition = (name: string, fit: object) => ({
    name,
    job,
    output: { object: `made/\${dir}\${name}-${name}.\${ext}` },
    fit,
  });
  const limits = { 'at-once': whole, 'one-more': Math.round(whole * 0.6), several: Math.round(whole * 0.16) };
  const world = await startRendering({
    job: undefined,
    output: undefined,
    renditions: [
      ...Object.entries(limits).map(([name, maxBytes]) => rendition(name, { maxBytes, tries: 6 })),
      rendition('never', { maxBytes: 1000, floor: { Width: 200, Fps: 8 } }),
    ],
  });
  await upload(world, clip);
  await untilAllIsDone(world);
  const [told, ...others] = await ready(world);
  expect(others).toEqual([]);
  const by = new Map<string, { Bytes: number; Tries: number; Object: string }>(
    told.Renditions.map((made: { Name: string }) => [made.Name, made]),
  );
  for (const [name, maxBytes] of Object.entries(limits)) {
    expect(by.get(name)).toMatchObject({ Fits: true });
    expect(by.get(name)?.Bytes).toBeLessThanOrEqual(maxBytes);
  }
  expect(by.get('at-once')?.Tries).toBe(1);
  expect(by.get('one-more')?.Tries).toBe(2);
  expect(by.get('several')?.Tries).toBeGreaterThan(2);
  expect(by.get('never')).toMatchObject({ Fits: false, Width: 200 });
  // What is told is what lies there.
  for (const { Object: key, Bytes } of by.values()) expect((await stat(fileOf(world, key))).size).toBe(Bytes);
});

it.each([
  [
    'pictures, numbered',
    { Tag: 'Snapshot', Snapshot: { Mode: 'Interval', TimeInterval: 1, Count: 3, Width: 160 } },
    'clips/shots/${dir}${name}-${Number}.jpg',
    ['clips/shots/a-0.jpg', 'clips/shots/a-1.jpg', 'clips/shots/a-2.jpg'],
  ],
  [
    'a poster',
    { Tag: 'Snapshot', Snapshot: { Start: 1, Count: 1 } },
    'clips/posters/${dir}${name}.${ext}',
    ['clips/posters/a.jpg'],
  ],
  [
    'another clip',
    {
      Tag: 'Transcode',
      Transcode: { Container: { Format: 'mp4' }, Video: { Width: 160 }, Audio: { Remove: 'true' } },
    },
    'clips/small/${dir}${name}.mp4',
    ['clips/small/a.mp4'],
  ],
])('a rule makes %s, and takes none of it for an input', async (_, job, object, made) => {
  // The build refuses such a place: only what has been written guards here.
  const world = await startRendering({ job, output: { object }, suffixes: ['.mp4', '.jpg'] });
  await upload(world, await makeClip());
  await untilAllIsDone(world);
  expect(await world.watches()).toMatchObject([
    { Outcome: 'Success', Tag: job.Tag, InputKey: KEY, OutputKey: made[0] },
  ]);
  for (const key of made) {
    expect((await stat(fileOf(world, key))).size).toBeGreaterThan(0);
    expect(await world.drop({ key })).toEqual({ intended: 0, outputs: 1, ignored: 0 });
  }
  expect(await world.drop({ key: made[0]?.replace('a', 'b') ?? '' })).toMatchObject({ intended: 1 });
});

it('pictures are none either while their job is asked for, and the answer was lost', async () => {
  const snapshot = { Tag: 'Snapshot', Snapshot: { Mode: 'Interval', TimeInterval: 1, Count: 3 } };
  const world = await startRendering({
    job: snapshot,
    output: { object: 'clips/shots/${name}-${number}.jpg' },
    suffixes: ['.mp4', '.jpg'],
  });
  await world.cloud.faults({ match: 'CreateMediaJobs', phase: 'after', kind: 'reset', times: 1 });
  await upload(world, await makeClip());
  for (const number of [0, 12])
    expect(await world.drop({ key: `clips/shots/a-${number}.jpg` })).toMatchObject({ ignored: 1 });
  expect(await world.drop({ key: 'clips/shots/a-x.jpg' })).toMatchObject({ intended: 1 });
});
