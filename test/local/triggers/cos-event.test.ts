import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cosRecord } from '../../../local/triggers/cos-record.ts';
import { readCosEvent } from '../../../shared/scf/cos-event.ts';
import { FIXTURE_OBJECT, object } from './created-object.ts';

const fixture: unknown = JSON.parse(
  readFileSync(new URL('../../fixtures/cos-event.json', import.meta.url), 'utf8'),
);

/** Every key in its order, with the type of what it holds. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([name, below]) => [name, shapeOf(below)]);
}

describe('the event of the object that the documented one tells of', () => {
  const event = { Records: [cosRecord(FIXTURE_OBJECT, 'on-object')] };

  it('has its keys, in its order, and its types', () => {
    expect(shapeOf(event)).toEqual(shapeOf(fixture));
  });

  it('has its values, but for the number of the request and the address of the uploader', () => {
    const [record] = event.Records;
    const same = structuredClone(event);
    expect(same.Records[0]?.event.requestParameters.requestSourceIP).toBe('127.0.0.1');
    Object.assign(same.Records[0]?.event ?? {}, { reqid: 179_398_952 });
    Object.assign(same.Records[0]?.event.requestParameters ?? {}, { requestSourceIP: '203.0.113.9' });
    expect(same).toEqual(fixture);
    expect(record?.event.reqid).toBeGreaterThan(0);
  });
});

const KEYS = [
  'clips/a b.mp4',
  'clips/a+b&c#d?e.mp4',
  'clips/100%.mp4',
  'clips/a%2Fb%20c.mp4',
  'clips/猫 😀.mp4',
  "clips/it's (1)!*.mp4",
  'clips/.hidden.mp4',
  'clips//double.mp4',
  `clips/${'猫'.repeat(280)}.mp4`,
];

describe.each(KEYS)('a key such as %j', (key) => {
  it('is raw in key, percent-encoded in url, and read back as it was', () => {
    const record = cosRecord(object({ key }), 'on-object');
    const { cosObject } = record.cos;
    expect(cosObject.key).toBe(`/1250000000/media/${key}`);
    expect(cosObject.url).toMatch(/^http:\/\/[a-z0-9.-]+\/[A-Za-z0-9._~%/-]+$/);
    expect(readCosEvent({ Records: [record] })).toMatchObject([
      { kind: 'created', bucket: 'media-1250000000', region: 'ap-guangzhou', key, etag: FIXTURE_OBJECT.etag },
    ]);
  });
});

it('a region without a known code, and a bucket with hyphens, are told all the same', () => {
  const { cosBucket } = cosRecord(object({ region: 'eu-frankfurt', bucket: 'my-media-99' }), 'f').cos;
  expect(cosBucket).toEqual({
    region: 'eu-frankfurt',
    cosRegion: 'eu-frankfurt',
    name: 'my-media',
    appid: '99',
  });
});
