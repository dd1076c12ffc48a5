import { describe, expect, it } from 'vitest';
import { parseJobRequest } from '../../shared/ci/job-request.ts';

const OUTPUT = {
  Region: 'ap-guangzhou',
  Bucket: 'media-1250000000',
  Object: 'made/a-${number}.${ext}',
};
const request = (Tag: string, operation: object) =>
  parseJobRequest({ Tag, Input: { Object: 'clips/a.mp4' }, Operation: [{ Output: OUTPUT, ...operation }] });

describe('what the documents allow is passed on as it is', () => {
  it.each([
    [
      'Snapshot',
      { Snapshot: { Mode: 'Average', Start: '0.5', Count: '10000', Width: '', IsCheckBlack: 'true' } },
    ],
    ['Snapshot', { Snapshot: { Count: '1' }, Output: { ...OUTPUT, Object: 'a.jpg' } }],
    ['Snapshot', { Snapshot: {}, Output: { ...OUTPUT, Object: 'a-${Number}.jpg' } }],
    ['Snapshot', { Snapshot: { SnapshotOutMode: 'OnlySprite' }, Output: { ...OUTPUT, Object: 'a.jpg' } }],
    ['Snapshot', { TemplateId: 't1', Output: { ...OUTPUT, Object: 'a.jpg' } }],
    ['Transcode', { Transcode: { Container: { Format: 'hls' }, Video: { Codec: 'H.266' }, Audio: '' } }],
    ['SmartCover', { SmartCover: { Format: 'jpg', Count: 'three' } }],
  ])('%s %j', (tag, operation) => {
    expect(request(tag, operation).Operation[0]).toEqual({ Output: OUTPUT, ...operation });
  });
});

describe('what they do not is refused before CI is asked, by its field', () => {
  it.each([
    ['Snapshot', {}, 'Operation[0].Snapshot: required, an object with Mode, Start, TimeInterval and Count'],
    ['Snapshot', { Snapshot: { Count: '0' } }, 'Operation[0].Snapshot.Count: expected 1 to 10000, got "0"'],
    [
      'Snapshot',
      { Snapshot: { Width: '64' } },
      'Operation[0].Snapshot.Width: expected 128 to 4096 pixels, got "64"',
    ],
    [
      'Snapshot',
      { Snapshot: { Mode: 'Often' } },
      'Operation[0].Snapshot.Mode: expected Interval, Average or KeyFrame, got "Often"',
    ],
    [
      'Snapshot',
      { Snapshot: { Count: '2' }, Output: { ...OUTPUT, Object: 'a.jpg' } },
      'Operation[0].Output.Object: expected a key with ${number}, which tells several pictures apart, got "a.jpg"',
    ],
    [
      'Snapshot',
      { Snapshot: {}, Output: {} },
      'Operation[0].Output.Region: required, a region such as ap-guangzhou',
    ],
    [
      'Transcode',
      { Transcode: { Container: {} } },
      'Operation[0].Transcode.Container.Format: required, a format such as mp4',
    ],
    [
      'Transcode',
      { Transcode: { Container: { Format: 'mp4' }, Video: { Crf: '52' } } },
      'Operation[0].Transcode.Video.Crf: expected 0 to 51, got "52"',
    ],
    [
      'Transcode',
      { Transcode: { Container: { Format: 'mp4' }, Audio: { Channels: '9' } } },
      'Operation[0].Transcode.Audio.Channels: expected 1 to 8, got "9"',
    ],
  ])('%s %j', (tag, operation, message) => {
    expect(() => request(tag, operation)).toThrow(message);
  });
});
