import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeOddClips } from '../../worlds/odd-clips.ts';
import { COS_HOST, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';
import { ended, type JobParts, submit } from './animation-job.ts';

let running: TestCloud;
beforeAll(async () => {
  const [cloud, clips] = await Promise.all([runCloud(), makeOddClips()]);
  running = cloud;
  for (const [name, body] of clips)
    await running.call({ method: 'PUT', url: `/clips/${name}`, host: COS_HOST, body });
});
afterAll(() => running.close());

async function made(name: string, parts: JobParts = {}) {
  const id = await submit(running, { input: `clips/${name}`, output: `made/\${jobid}.\${ext}`, ...parts });
  const answer = await ended(running, id);
  expect([name, texts(answer, 'State')[0], texts(answer, 'Message')[0] ?? '']).toEqual([name, 'Success', '']);
  const key = `${texts(answer, 'ObjectPrefix')[0]}${texts(answer, 'ObjectName')[0]}`;
  const { bytes } = await running.call({ url: `/${key}`, host: COS_HOST });
  const { width = 0, height = 0, pageHeight, pages = 1, delay = [] } = await sharp(bytes).metadata();
  return { bytes, width, height: pageHeight ?? height, pages, delay: [...new Set(delay)] };
}

/** Red, green, blue and alpha at a place of the first picture, as shares of its sides. */
async function pixel(bytes: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + 4)];
}

const isRed = ([red = 0, , blue = 0]: number[]) => red > 180 && blue < 80;
const isBlue = ([red = 0, , blue = 0]: number[]) => blue > 180 && red < 80;

it.each<[string, JobParts, object]>([
  ['plain.mp4', {}, { width: 320, height: 240, pages: 30 }],
  ['odd.mp4', {}, { width: 321, height: 241 }],
  ['odd.mp4', { video: '<Width>160</Width>' }, { width: 160, height: 120 }],
  ['rot90.mp4', {}, { width: 240, height: 320 }],
  ['rot90.mp4', { video: '<Width>200</Width>' }, { width: 200, height: 267 }],
  ['anamorphic.mp4', {}, { width: 1024, height: 576 }],
  ['anamorphic.mp4', { video: '<Width>320</Width>' }, { width: 320, height: 180 }],
  ['anamorphic.mp4', { format: 'webp', video: '<Height>288</Height>' }, { width: 512, height: 288 }],
  ['cover-first.mp4', {}, { width: 320, height: 240, pages: 30 }],
  ['oneframe.mp4', { video: '<Fps>5</Fps>' }, { width: 320, height: 240, pages: 1 }],
  ['oneframe.mp4', { format: 'webp', video: '<Fps>5</Fps>' }, { width: 320, height: 240, pages: 1 }],
  ['wide.mp4', { video: '<Width>320</Width>' }, { width: 320, height: 1 }],
  ['fps120.mp4', { video: '<Fps>60</Fps>' }, { delay: [20] }],
  ['noduration.webm', {}, { width: 320, height: 240 }],
  ['interlaced.mp4', {}, { width: 320 }],
  ['late-start.ts', { video: '<Fps>5</Fps>' }, { width: 320, height: 240 }],
  ['fps1.mp4', { video: '<Fps>10</Fps>', time: '<Duration>2</Duration>' }, { pages: 20 }],
  ['mpeg4.mov', {}, { width: 320, height: 240 }],
])('%s %o becomes %o', async (name, parts, expected) => {
  expect(await made(name, parts)).toMatchObject(expected);
});

it('a picture that lies on its side, or on its head, is shown upright', async () => {
  const { bytes } = await made('leftred.mp4');
  expect([isRed(await pixel(bytes, 0.2, 0.5)), isBlue(await pixel(bytes, 0.8, 0.5))]).toEqual([true, true]);
  const { bytes: headless } = await made('rot180.mp4');
  expect([isBlue(await pixel(headless, 0.2, 0.5)), isRed(await pixel(headless, 0.8, 0.5))]).toEqual([
    true,
    true,
  ]);
  const { bytes: onItsSide } = await made('rot90.mp4');
  const ends = [await pixel(onItsSide, 0.5, 0.2), await pixel(onItsSide, 0.5, 0.8)];
  expect(ends.filter(isRed)).toHaveLength(1);
  expect(ends.filter(isBlue)).toHaveLength(1);
});

it.each([
  ['alpha-vp9.webm', 'gif'],
  ['alpha-vp9.webm', 'webp'],
  ['alpha-prores.mov', 'gif'],
  ['alpha-prores.mov', 'webp'],
])('what is transparent in %s is so in its %s', async (name, format) => {
  const { bytes } = await made(name, { format });
  const [, green = 0, , opaque = 0] = await pixel(bytes, 0.2, 0.5);
  const [, , , clear = 255] = await pixel(bytes, 0.8, 0.5);
  expect(opaque).toBe(255);
  expect(green).toBeGreaterThan(180);
  expect(clear).toBe(0);
});

it('HDR’s white is white', async () => {
  const { bytes } = await made('hdr-white.mov');
  const [red = 0, green = 0, blue = 0] = await pixel(bytes, 0.5, 0.5);
  expect(Math.min(red, green, blue)).toBeGreaterThan(200);
});

it.each([
  ['audio-only.mp4', {}, 'InvalidMediaFile', /no video stream/],
  ['audio-cover.mp4', {}, 'InvalidMediaFile', /a cover picture is none/],
  ['text.mp4', {}, 'InvalidMediaFile', /not a video/],
  ['zero.mp4', {}, 'InvalidMediaFile', /not a video/],
  ['cut.mp4', {}, 'InvalidMediaFile', /damaged/],
  ['jpeg.mp4', {}, 'InvalidMediaFile', /not a video/],
  [
    'tall.mp4',
    { video: '<Width>4096</Width>' },
    'InvalidArgument',
    /4096 × 1024000 pixels, and gif holds at most 65535/,
  ],
  [
    'tall.mp4',
    { format: 'webp', video: '<Width>128</Width>' },
    'InvalidArgument',
    /128 × 32000 pixels, and webp holds at most 16383/,
  ],
])('%s fails with a reason', async (name, parts, code, message) => {
  const answer = await ended(running, await submit(running, { input: `clips/${name}`, ...parts }));
  expect([texts(answer, 'State')[0], texts(answer, 'Code')[0]]).toEqual(['Failed', code]);
  expect(texts(answer, 'Message')[0]).toMatch(message);
});
