import { expect, it } from 'vitest';
import type { Job } from '../../shared/ci/job.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const KEY = 'clips/a.mp4';
const animation = (Format: string, Width = 320, Fps = 12) => ({
  Animation: { Container: { Format }, Video: { Codec: Format, Width, Fps } },
});
const rendition = (name: string, format = 'gif', more: object = {}) => ({
  name,
  job: animation(format),
  output: { object: `made/\${dir}\${name}-${name}.\${ext}` },
  ...more,
});
const ruleWith = (...renditions: object[]) => ruleOf({ job: undefined, output: undefined, renditions });

function askedOf(job: Job) {
  const video = Object((job.Operation as { Animation?: { Video?: object } }).Animation?.Video);
  return { width: Number(video.Width), fps: Number(video.Fps) };
}

/** The clip's pictures grow like this. */
const bytesOf = ({ width, fps }: { width: number; fps: number }) =>
  Math.round(5 * (width ** 2 * fps) ** 0.85);

/** Ends every open job of CI, and lets recheck learn of it and do what follows. */
async function end(world: RuledWorld, outcomeOf: (job: Job) => number | 'Failed'): Promise<void> {
  for (const job of await world.jobsAtCi()) {
    if (job.State !== 'Submitted') continue;
    const outcome = outcomeOf(job);
    const { width, fps } = askedOf(job);
    const body =
      outcome === 'Failed'
        ? { state: 'Failed', code: 'InvalidMediaFile', message: 'It broke.' }
        : { state: 'Success', picture: { bytes: outcome, width, height: Math.round(width * 0.75), fps } };
    await world.cloud.control('PATCH', `/jobs/${job.JobId}`, body);
  }
  await world.pass(301);
  await world.recheck();
  await world.pass(10);
  await world.recheck();
}

const readyEvents = async ({ sql }: RuledWorld) =>
  (await sql`select data from events where type = 'jobwatch.object.ready'`).map(({ data }) => data);
const tries = async (world: RuledWorld) => (await world.jobsAtCi()).map((job) => askedOf(job)).reverse();

it('six renditions are one submission with a watch each, and the object is ready once, when one has failed too', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const world = await startRuledWorld([
    ruleWith(...names.map((name) => rendition(name, name < 'd' ? 'gif' : 'webp'))),
  ]);
  await world.drop({ key: KEY, size: 5000 });
  await world.recheck();
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
  const listed = await world.watches();
  expect(listed.map((watch) => watch['Rendition']).sort()).toEqual(names);
  expect(new Set(listed.map((watch) => watch['Intent'])).size).toBe(1);
  expect(await readyEvents(world)).toEqual([]);
  await end(world, (job) =>
    JSON.stringify(job).includes('a-c.') ? 'Failed' : JSON.stringify(job).includes('a-f.') ? 900 : 1000,
  );
  const [ready, ...others] = await readyEvents(world);
  expect(others).toEqual([]);
  expect(ready).toMatchObject({ Rule: 'clips-to-gif', Object: KEY, Version: 1, Smallest: 'f' });
  expect(
    ready.Renditions.map(({ Name, Outcome, Bytes, Tries }: Record<string, unknown>) => [
      Name,
      Outcome,
      Bytes,
      Tries,
    ]),
  ).toEqual([
    ['a', 'Success', 1000, 1],
    ['b', 'Success', 1000, 1],
    ['c', 'Failed', null, 1],
    ['d', 'Success', 1000, 1],
    ['e', 'Success', 1000, 1],
    ['f', 'Success', 900, 1],
  ]);
  await end(world, () => 1);
  expect(await readyEvents(world)).toHaveLength(1);
});

it.each([
  ['at once', 2_000_000, 1],
  ['after one more try', 200_000, 2],
])('what fits %s is left, and the object is ready with its size', async (_, maxBytes, expected) => {
  const world = await startRuledWorld([ruleWith(rendition('small', 'gif', { fit: { maxBytes } }))]);
  await world.drop({ key: KEY });
  await world.recheck();
  for (let round = 0; round < 4; round += 1) await end(world, (job) => bytesOf(askedOf(job)));
  expect(await tries(world)).toHaveLength(expected);
  const [ready] = await readyEvents(world);
  expect(ready.Renditions).toMatchObject([{ Name: 'small', Tries: expected, Fits: true }]);
  expect(ready.Renditions[0].Bytes).toBeLessThanOrEqual(maxBytes);
  // Each try is a watch, by its number, and overwrites the same output.
  const listed = await world.watches();
  expect(listed.map((watch) => watch['Try'])).toEqual(
    Array.from({ length: expected }, (_, index) => expected - index),
  );
  expect(new Set(listed.map((watch) => watch['OutputKey']))).toEqual(new Set(['made/a-small.gif']));
});

it('a clip that behaves otherwise than most fits after two more tries', async () => {
  const world = await startRuledWorld([
    ruleWith(rendition('small', 'gif', { fit: { maxBytes: 100_000, tries: 4 } })),
  ]);
  await world.drop({ key: KEY });
  await world.recheck();
  const stiff = (job: Job) => Math.round(1600 * (askedOf(job).width ** 2 * askedOf(job).fps) ** 0.35);
  for (let round = 0; round < 5; round += 1) await end(world, stiff);
  const [ready] = await readyEvents(world);
  expect(ready.Renditions[0]).toMatchObject({ Fits: true });
  expect((await tries(world)).length).toBeGreaterThan(2);
});

it('what never fits keeps the smallest, and says so', async () => {
  const world = await startRuledWorld([
    ruleWith(rendition('small', 'gif', { fit: { maxBytes: 1000, tries: 3, floor: { Width: 200, Fps: 8 } } })),
  ]);
  await world.drop({ key: KEY });
  await world.recheck();
  for (let round = 0; round < 5; round += 1) await end(world, (job) => bytesOf(askedOf(job)));
  const made = await tries(world);
  expect(made.at(-1)).toEqual({ width: 200, fps: 8 });
  const [ready] = await readyEvents(world);
  expect(ready.Renditions[0]).toMatchObject({ Fits: false, Width: 200, Tries: made.length });
});

it('a try that comes out larger ends the fit: the smallest is made once more, and is what lies there', async () => {
  const world = await startRuledWorld([
    ruleWith(rendition('small', 'gif', { fit: { maxBytes: 1000, tries: 5 } })),
  ]);
  await world.drop({ key: KEY });
  await world.recheck();
  const sizes = [50_000, 60_000, 50_000, 1];
  for (const size of sizes) await end(world, () => size);
  const made = await tries(world);
  expect(made).toHaveLength(3);
  expect(made[2]).toEqual(made[0]);
  const [ready] = await readyEvents(world);
  expect(ready.Renditions[0]).toMatchObject({ Bytes: 50_000, Fits: false, Tries: 3 });
});

it('a newer version ends what is tried for the older one, and is ready alone', async () => {
  const world = await startRuledWorld([ruleWith(rendition('small', 'gif', { fit: { maxBytes: 1000 } }))]);
  await world.drop({ key: KEY, etag: 'a', at: 1_767_225_600 });
  await world.recheck();
  await end(world, () => 50_000);
  await world.drop({ key: KEY, etag: 'b', at: 1_767_225_700 });
  await world.recheck();
  await end(world, () => 900);
  await end(world, () => 900);
  const ready = await readyEvents(world);
  expect(ready).toMatchObject([{ Version: 2, Renditions: [{ Fits: true, Tries: 1 }] }]);
  const [open] = await world.sql`select count(*)::int as count from object_sets where ended_at is null`;
  expect(open?.['count']).toBe(0);
});

it('several sweeps at once make each try once', async () => {
  const rule = ruleWith(rendition('small', 'gif', { fit: { maxBytes: 1000 } }), rendition('other', 'webp'));
  const world = await startRuledWorld([rule]);
  const others = await Promise.all([
    loadHandler('recheck', world.env, [rule]),
    loadHandler('recheck', world.env, [rule]),
  ]);
  await world.drop({ key: KEY });
  await world.recheck();
  for (const { JobId } of await world.jobsAtCi())
    await world.cloud.control('PATCH', `/jobs/${JobId}`, {
      state: 'Success',
      picture: { bytes: 50_000, width: 320, height: 240, fps: 12 },
    });
  for (let round = 0; round < 3; round += 1) {
    await world.pass(301);
    await Promise.all([
      world.recheck(),
      ...others.map((recheck) => recheck({}, { request_id: 'tick', time_limit_in_ms: 60_000 })),
    ]);
  }
  // Two at first, and one try more of the one that is too large.
  expect(await world.jobsAtCi()).toHaveLength(3);
});

it('a rendition that failed is tried again alone where its rule says so, and its retry is its result', async () => {
  const rule = ruleOf({
    job: undefined,
    output: undefined,
    retries: { codes: ['InvalidMediaFile'], attempts: 1 },
    renditions: [rendition('a'), rendition('b')],
  });
  const world = await startRuledWorld([rule]);
  await world.drop({ key: KEY });
  await world.recheck();
  await end(world, (job) => (JSON.stringify(job).includes('a-b.') ? 'Failed' : 500));
  expect(await readyEvents(world)).toEqual([]);
  expect(await world.jobsAtCi()).toHaveLength(3);
  await end(world, () => 700);
  expect(await readyEvents(world)).toMatchObject([
    {
      Renditions: [
        { Name: 'a', Bytes: 500 },
        { Name: 'b', Bytes: 700, Outcome: 'Success' },
      ],
    },
  ]);
});

it('a rule in the short form is as it was: no renditions, and nobody is told of an object', async () => {
  const world = await startRuledWorld([ruleOf()]);
  await world.drop({ key: KEY });
  await world.recheck();
  await world.cloud.control('PATCH', `/jobs/${(await world.jobsAtCi())[0]?.JobId}`, { state: 'Success' });
  await world.pass(301);
  await world.recheck();
  expect(await world.watches()).toMatchObject([{ Outcome: 'Success', Rendition: '', Try: 1 }]);
  expect(await readyEvents(world)).toEqual([]);
  const [sets] = await world.sql`select count(*)::int as count from object_sets`;
  expect(sets?.['count']).toBe(0);
});
