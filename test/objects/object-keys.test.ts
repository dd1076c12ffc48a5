import { expect, it } from 'vitest';
import { startRuledWorld } from '../worlds/ruled-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';

const KEYS = [
  ['spaces', 'a b  c'],
  ['plus signs', 'a+b++'],
  ['percent signs', '100%'],
  ['ampersands', 'a&b&amp;c'],
  ['a number sign', 'a#b'],
  ['a question mark', 'a?b=c'],
  ['Chinese', '视频 片段'],
  ['an emoji', '🎬👨‍👩‍👧'],
  ['dots', 'a..b/c...d.'],
  ['what is no folder', './../x'],
  ['what looks percent-encoded', 'a%20b%2Fc%25'],
  ['quotes and angle brackets', `<a>"b"'c'`],
  ['what looks like a replacement', "$&$1$`$'$$"],
  ['850 bytes', '片'.repeat(280)],
] as const;

it('whatever stands in a key, the job is of exactly that object', async () => {
  const world = await startRuledWorld();
  const keys = new Map<string, string>(KEYS.map(([what, name]) => [what, `clips/${name}.mp4`]));
  for (const [what, key] of keys) {
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(850);
    expect(await world.drop({ key }), what).toMatchObject({ intended: 1 });
  }
  const jobs = await world.jobsAtCi();
  const made = jobs.map(({ Input, Operation }) => [Input?.Object, Operation?.Output]);
  const wanted = KEYS.map(([, name]) => [
    `clips/${name}.mp4`,
    { Region: REGION, Bucket: BUCKET, Object: `gifs/${name}.\${ext}` },
  ]);
  expect(new Map(made as [string, unknown][])).toEqual(new Map(wanted as [string, unknown][]));
  expect(jobs).toHaveLength(KEYS.length);
});
