import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClip, makeSoundOnly } from '../../worlds/clips.ts';
import { COS_HOST, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';
import { ended, type JobParts, submit } from './animation-job.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
  const put = (url: string, body: Buffer | string) =>
    running.call({ method: 'PUT', url, host: COS_HOST, body });
  const clip = await makeClip();
  await put('/clips/a.mp4', clip);
  await put('/-i%20%24(x)%20%25d%20%E7%8C%AB.mp4', clip);
  await put('/clips/cut.mp4', clip.subarray(0, 3000));
  await put('/clips/text.mp4', 'no video at all');
  await put(
    '/clips/list.mp4',
    '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
  );
  await put('/clips/sound.mp4', await makeSoundOnly());
  await put('/clips/empty.mp4', Buffer.alloc(0));
});
afterAll(() => running.close());

async function made(parts: JobParts) {
  const answer = await ended(running, await submit(running, { output: `made/\${jobid}.\${ext}`, ...parts }));
  expect(texts(answer, 'State')).toEqual(['Success']);
  const key = `${texts(answer, 'ObjectPrefix')[0]}${texts(answer, 'ObjectName')[0]}`;
  const object = await running.call({ url: `/${key}`, host: COS_HOST });
  expect(object.headers.etag).toBe(`"${texts(answer, 'Md5')[0]}"`);
  const { format, width, height, pages, delay, loop } = await sharp(object.bytes).metadata();
  return { answer, key, format, width, height, pages, delay: [...new Set(delay)], loop };
}

async function failed(parts: JobParts) {
  const answer = await ended(running, await submit(running, parts));
  expect(texts(answer, 'State')).toEqual(['Failed']);
  expect(answer.text).not.toContain('MediaResult');
  return { code: texts(answer, 'Code')[0], message: texts(answer, 'Message')[0] ?? '' };
}

describe('a real clip becomes', () => {
  it('a GIF of its own size and speed', async () => {
    const result = await made({});
    expect(result).toMatchObject({
      format: 'gif',
      width: 320,
      height: 240,
      pages: 30,
      delay: [100],
      loop: 0,
    });
    expect(result.key).toMatch(/^made\/j[0-9a-f]{32}\.gif$/);
  });

  it.each<[string, JobParts, object]>([
    ['a narrower GIF in the same ratio', { video: '<Width>160</Width>' }, { width: 160, height: 120 }],
    ['a GIF by its height', { video: '<Height>180</Height>' }, { width: 240, height: 180 }],
    ['a GIF of both sides', { video: '<Width>200</Width><Height>130</Height>' }, { width: 200, height: 130 }],
    ['a GIF of another speed', { video: '<Fps>5</Fps>' }, { pages: 15, delay: [200] }],
    [
      'a part of itself',
      { video: '<Fps>10</Fps>', time: '<Start>1.5</Start><Duration>1</Duration>' },
      { pages: 10 },
    ],
    [
      'its key frames',
      { video: '<AnimateOnlyKeepKeyFrame>true</AnimateOnlyKeepKeyFrame>' },
      { pages: 3, delay: [1000] },
    ],
    [
      'one frame a second and a half',
      { video: '<AnimateTimeIntervalOfFrame>1.5</AnimateTimeIntervalOfFrame>' },
      { pages: 2, delay: [1500] },
    ],
    [
      'two frames a second',
      { video: '<AnimateFramesPerSecond>2</AnimateFramesPerSecond>' },
      { pages: 6, delay: [500] },
    ],
    [
      'two frames a second, shown ten a second',
      { video: '<AnimateFramesPerSecond>2</AnimateFramesPerSecond><Fps>10</Fps>' },
      { pages: 6, delay: [100] },
    ],
    [
      'a high-quality GIF',
      { format: 'hgif', video: '<Width>160</Width><Fps>5</Fps>' },
      { format: 'gif', width: 160, pages: 15 },
    ],
    [
      'a WebP',
      { format: 'webp', video: '<Width>160</Width><Fps>5</Fps>' },
      { format: 'webp', width: 160, height: 120, pages: 15, delay: [200], loop: 0 },
    ],
  ])('%s', async (_what, parts, expected) => {
    expect(await made(parts)).toMatchObject(expected);
  });

  it('a WebP that is smaller with less quality', async () => {
    const [low, high] = await Promise.all(
      ['1', '99'].map((quality) => made({ format: 'webp', video: `<Quality>${quality}</Quality>` })),
    );
    const size = (result: typeof low) => Number(result && texts(result.answer, 'Size')[0]);
    expect(size(low)).toBeLessThan(size(high) / 2);
  });

  it('a GIF by a template, which wins over the Animation beside it', async () => {
    const template = `<Request><Tag>Animation</Tag><Name>small</Name><Container><Format>gif</Format></Container>
      <Video><Codec>gif</Codec><Width>128</Width></Video></Request>`;
    const [id] = texts(
      await running.call({ method: 'POST', url: '/template', body: template }),
      'TemplateId',
    );
    const result = await made({ format: 'webp', operation: `<TemplateId>${id}</TemplateId>` });
    expect(result).toMatchObject({ format: 'gif', width: 128 });
    expect(texts(result.answer, 'TemplateName')).toEqual(['small']);
  });

  it('and tells its MediaInfo', async () => {
    const { answer } = await made({ video: '<Fps>5</Fps><Width>160</Width>' });
    const told = ['Duration', 'FormatName', 'CodecName', 'NumFrames', 'Width', 'Height', 'Progress'];
    expect(told.map((name) => texts(answer, name).at(-1))).toEqual([
      '3.000000',
      'gif',
      'gif',
      '15',
      '160',
      '120',
      '100',
    ]);
  });

  it('whatever its key looks like', async () => {
    const parts = { input: '-i $(x) %d 猫.mp4', output: '-y %03d &amp; 猫.gif', video: '<Fps>1</Fps>' };
    const answer = await ended(running, await submit(running, parts));
    expect(texts(answer, 'State')).toEqual(['Success']);
    expect(
      (await running.call({ url: `/${encodeURIComponent('-y %03d & 猫.gif')}`, host: COS_HOST })).status,
    ).toBe(200);
  });
});

describe('a job fails with one readable sentence', () => {
  it.each<[string, JobParts, string]>([
    ['when its clip is cut', { input: 'clips/cut.mp4' }, 'InvalidMediaFile'],
    ['when its clip is text', { input: 'clips/text.mp4' }, 'InvalidMediaFile'],
    ['when its clip is empty', { input: 'clips/empty.mp4' }, 'InvalidMediaFile'],
    [
      'when its clip is a playlist that names files of this machine',
      { input: 'clips/list.mp4' },
      'InvalidMediaFile',
    ],
    ['when its clip has no picture', { input: 'clips/sound.mp4' }, 'InvalidMediaFile'],
    ['when its clip is not there', { input: 'clips/none.mp4' }, 'NoSuchKey'],
    ['when it starts after the end', { time: '<Start>4</Start>' }, 'InvalidArgument'],
    [
      'when its interval is longer than the clip',
      { video: '<AnimateTimeIntervalOfFrame>4</AnimateTimeIntervalOfFrame>' },
      'InvalidArgument',
    ],
    [
      'when it samples as fast as the clip',
      { video: '<AnimateFramesPerSecond>10</AnimateFramesPerSecond>' },
      'InvalidArgument',
    ],
  ])('%s', async (_what, parts, code) => {
    const failure = await failed(parts);
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(/^[A-Z].{10,150}\.$/);
    expect(failure.message).not.toMatch(/ffmpeg|\/tmp|error/i);
  });
});
