import { describe, expect, it } from 'vitest';
import { readWith } from './cos-record.ts';

const host = (place: string) => `http://media-1250000000.${place}.myqcloud.com/clips/a.mp4`;
const queue = (region: string, kind = 'scf') =>
  `qcs:0:${kind}:${region}:appid/1250000000:default.on-object.$LATEST`;

/** The region of a record that says this and nothing more of it. */
function regionWith(told: {
  cosRegion?: string;
  s3Region?: string;
  region?: string;
  url?: string;
  queue?: string;
  own?: string;
}) {
  const { cosRegion, s3Region, region, url = '', queue: eventQueue = '', own } = told;
  const read = readWith(
    {
      object: { url, key: '/1250000000/media/clips/a.mp4' },
      bucket: { cosRegion, s3Region, region },
      event: { eventQueue },
    },
    own,
  );
  return read !== undefined && 'region' in read ? read.region : read?.reason;
}

describe('the region of a record is the first that has the form of one', () => {
  it.each([
    ['cosRegion', { cosRegion: 'ap-shanghai', s3Region: 'ap-beijing' }, 'ap-shanghai'],
    [
      's3Region',
      { cosRegion: 'sh', s3Region: 'na-siliconvalley', url: host('cos.ap-beijing') },
      'na-siliconvalley',
    ],
    ['of the url', { url: host('cos.eu-frankfurt'), queue: queue('ap-beijing') }, 'eu-frankfurt'],
    [
      'of the url, inside the network',
      { url: host('cos-internal.ap-jakarta'), queue: queue('gz') },
      'ap-jakarta',
    ],
    ['of the queue', { url: host('cosgz'), queue: queue('ap-beijing') }, 'ap-beijing'],
    ['of the queue of 2019', { queue: queue('sa-saopaulo', 'lambda') }, 'sa-saopaulo'],
    ['of the bucket', { region: 'ap-hongkong', queue: queue('bj') }, 'ap-hongkong'],
    ['with three parts', { cosRegion: 'ap-shanghai-fsi', own: 'ap-guangzhou' }, 'ap-shanghai-fsi'],
  ])('%s', (_, told, region) => {
    expect(regionWith(told)).toBe(region);
  });
});

describe('without one, what stands for a region is read as it', () => {
  it.each([
    ['the documented event', { region: 'gz', queue: queue('gz') }, 'ap-guangzhou'],
    ['its queue alone', { queue: queue('cd') }, 'ap-chengdu'],
    ['the form of 2019', { region: 'bj', url: host('cosbj'), queue: queue('bj', 'lambda') }, 'ap-beijing'],
    ['the host of 2019 alone', { url: host('cossh') }, 'ap-shanghai'],
    ['a name of before', { cosRegion: 'cn-south', own: 'ap-beijing' }, 'ap-guangzhou'],
    ['an accelerated host says nothing', { url: host('cos.accelerate'), queue: queue('sg') }, 'ap-singapore'],
    ['nor its other one', { url: host('cos.accelerate-overseas'), queue: queue('sg') }, 'ap-singapore'],
  ])('%s', (_, told, region) => {
    expect(regionWith(told)).toBe(region);
  });
});

it("without either it is the function's own", () => {
  expect(regionWith({ region: 'zz', queue: queue('zz'), own: 'ap-nanjing' })).toBe('ap-nanjing');
  expect(regionWith({ url: 'https://clips.example.com/clips/a.mp4', own: 'ap-nanjing' })).toBe('ap-nanjing');
});

it.each(['', 'gz', 'constructor', 'AP', 'ap_guangzhou'])(
  'a record of which nobody knows the region is told as such: own %j',
  (own) => {
    expect(regionWith({ own })).toContain('region: expected');
  },
);
