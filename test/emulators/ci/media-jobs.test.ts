import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import {
  BUCKET,
  COS_HOST,
  errorCode,
  REGION,
  runCloud,
  type TestCloud,
  texts,
} from '../../worlds/running-cloud.ts';
import { ended, submit } from './animation-job.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
  const body = await makeClip();
  await running.call({ method: 'PUT', url: '/clips/a.mp4', host: COS_HOST, body });
});
afterAll(() => running.close());

function xml(tag: string, operation: string, output?: string): string {
  const place = `<Output><Region>${REGION}</Region><Bucket>${BUCKET}</Bucket><Object>${output}</Object></Output>`;
  return `<Request><Tag>${tag}</Tag><Input><Object>clips/a.mp4</Object></Input><Operation>${operation}${
    output === undefined ? '' : place
  }</Operation></Request>`;
}

async function done(body: string) {
  const answer = await running.call({ method: 'POST', url: '/jobs', body });
  const [id = answer.text] = texts(answer, 'JobId');
  return await ended(running, id);
}

const refused = async (body: string) => errorCode(await running.call({ method: 'POST', url: '/jobs', body }));
const get = (url: string) => running.call({ url, host: COS_HOST });

describe('Snapshot', () => {
  it('makes pictures every so many seconds, numbered, and echoes what was asked', async () => {
    const asked =
      '<Snapshot><Mode>Interval</Mode><Start>0</Start><TimeInterval>1</TimeInterval><Count>2</Count><Width>160</Width></Snapshot>';
    const answer = await done(xml('Snapshot', asked, 'shots/a-${number}.jpg'));
    expect(answer.text).toContain(asked);
    expect([texts(answer, 'State')[0], texts(answer, 'Tag')[0]]).toEqual(['Success', 'Snapshot']);
    expect(answer.text).toContain('<ObjectName>a-0.jpg</ObjectName><ObjectName>a-1.jpg</ObjectName>');
    for (const number of [0, 1]) {
      const picture = await get(`/shots/a-${number}.jpg`);
      expect(await sharp(picture.bytes).metadata()).toMatchObject({
        format: 'jpeg',
        width: 160,
        height: 120,
      });
      expect(answer.text).toContain(String(picture.headers.etag).replaceAll('"', ''));
    }
    expect((await get('/shots/a-2.jpg')).status).toBe(404);
  });

  it.each([
    ['one, as a poster', '<Start>1</Start><Count>1</Count>', 'posters/one.png', ['posters/one.png']],
    [
      'so many over the whole',
      '<Mode>Average</Mode><Count>3</Count>',
      'avg/${Number}.jpg',
      ['avg/0.jpg', 'avg/2.jpg'],
    ],
    ['key frames', '<Mode>KeyFrame</Mode>', 'key/${number}.jpg', ['key/0.jpg', 'key/2.jpg']],
  ])('makes %s', async (_, parameters, output, keys) => {
    const answer = await done(xml('Snapshot', `<Snapshot>${parameters}</Snapshot>`, output));
    expect(texts(answer, 'State')).toEqual(['Success']);
    for (const key of keys) expect([key, (await get(`/${key}`)).status]).toEqual([key, 200]);
  });

  it('refuses what it does not do, and a key that several pictures would share', async () => {
    const several = '<Snapshot><TimeInterval>1</TimeInterval><Count>3</Count></Snapshot>';
    expect(await refused(xml('Snapshot', several, 'one.jpg'))).toBe('400 InvalidArgument');
    const sprite = '<Snapshot><Count>1</Count><SnapshotOutMode>OnlySprite</SnapshotOutMode></Snapshot>';
    expect(await refused(xml('Snapshot', sprite, 'one.jpg'))).toBe('501 NotImplemented');
    expect(await refused(xml('Snapshot', '', 'one.jpg'))).toBe('400 InvalidArgument');
    expect(await refused(xml('Snapshot', '<Snapshot><Mode>Some</Mode></Snapshot>', 'a.jpg'))).toBe(
      '400 InvalidArgument',
    );
  });
});

describe('Transcode', () => {
  it('makes an mp4 that is really smaller, with sound or without', async () => {
    const asked =
      '<Transcode><Container><Format>mp4</Format></Container><Video><Codec>H.264</Codec><Width>160</Width><Fps>5</Fps></Video><Audio><Remove>true</Remove></Audio><TimeInterval><Start>1</Start><Duration>1</Duration></TimeInterval></Transcode>';
    const answer = await done(xml('Transcode', asked, 'small/a.${ext}'));
    expect(texts(answer, 'State')).toEqual(['Success']);
    expect(answer.text).toContain('<Object>small/a.${ext}</Object>');
    expect(answer.text).toContain('<ObjectName>a.mp4</ObjectName>');
    const info = await get('/small/a.mp4?ci-process=videoinfo');
    expect([texts(info, 'Width')[0], texts(info, 'Height')[0], texts(info, 'AvgFps')[0]]).toEqual([
      '160',
      '120',
      '5',
    ]);
    expect(info.text).not.toContain('<Channel>');
    const whole = await done(
      xml('Transcode', '<Transcode><Container><Format>mp4</Format></Container></Transcode>', 'small/b.mp4'),
    );
    expect(texts(whole, 'Channel')).toEqual(['1']);
  });

  it.each([
    ['hls', '<Container><Format>hls</Format></Container>'],
    ['H.265', '<Container><Format>mp4</Format></Container><Video><Codec>H.265</Codec></Video>'],
    ['mp3', '<Container><Format>mp4</Format></Container><Audio><Codec>mp3</Codec></Audio>'],
  ])('does no %s, and says so', async (_, parameters) => {
    expect(await refused(xml('Transcode', `<Transcode>${parameters}</Transcode>`, 'x.mp4'))).toBe(
      '501 NotImplemented',
    );
  });
});

it('MediaInfo tells what the input is, and makes nothing', async () => {
  const answer = await done(xml('MediaInfo', ''));
  expect(texts(answer, 'State')).toEqual(['Success']);
  expect([texts(answer, 'Width')[0], texts(answer, 'Fps')[0], texts(answer, 'SampleRate')[0]]).toEqual([
    '320',
    '10',
    '44100',
  ]);
  expect(answer.text).not.toContain('MediaResult');
});

it.each(['Concat', 'SmartCover', 'VideoMontage'])(
  '%s is told apart from what CI would refuse',
  async (tag) => {
    const answer = await running.call({ method: 'POST', url: '/jobs', body: xml(tag, '', 'x') });
    expect(errorCode(answer)).toBe('501 NotImplemented');
    expect(answer.text).toContain(`Tag ${tag} is not done by this local cloud`);
  },
);

describe('an object that is fetched', () => {
  it('is described', async () => {
    const info = await get('/clips/a.mp4?ci-process=videoinfo');
    expect([info.status, texts(info, 'NumStream')[0], texts(info, 'CodecName')]).toEqual([
      200,
      '2',
      ['aac', 'h264'],
    ]);
  });

  it('is shown at a moment', async () => {
    const shot = await get('/clips/a.mp4?ci-process=snapshot&time=1&format=png&width=100');
    expect(shot.headers['content-type']).toBe('image/png');
    expect(await sharp(shot.bytes).metadata()).toMatchObject({ format: 'png', width: 100, height: 75 });
    expect(errorCode(await get('/clips/a.mp4?ci-process=snapshot&time=99'))).toBe('400 InvalidArgument');
    expect(errorCode(await get('/clips/a.mp4?ci-process=snapshot'))).toBe('400 InvalidArgument');
    expect(errorCode(await get('/clips/none.mp4?ci-process=snapshot&time=0'))).toBe('404 NoSuchKey');
    expect(errorCode(await get('/clips/a.mp4?ci-process=pm3u8'))).toBe('501 NotImplemented');
  });

  it('has fewer frames as a GIF', async () => {
    await ended(running, await submit(running, { output: 'gifs/whole.gif' }));
    const thin = await get('/gifs/whole.gif?imageMogr2/cgif/5');
    expect(await sharp(thin.bytes).metadata()).toMatchObject({ format: 'gif', pages: 5 });
    expect(errorCode(await get('/clips/a.mp4?imageMogr2/cgif/5'))).toBe('400 InvalidArgument');
  });
});
