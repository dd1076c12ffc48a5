import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCosEvent } from '../../shared/scf/cos-event.ts';

const fixture = () => JSON.parse(readFileSync('test/fixtures/cos-event.json', 'utf8'));
const [record] = fixture().Records;

/** The documented record about an object with another key. */
function recordOf(key: string, change: { url?: string; key?: string } = {}) {
  const url = `http://media-1250000000.cos.ap-guangzhou.myqcloud.com/${key.split('/').map(encodeURIComponent).join('/')}`;
  const cosObject = { ...record.cos.cosObject, url, key: `/1250000000/media/${key}`, ...change };
  return { ...record, cos: { ...record.cos, cosObject } };
}

describe('the documented event', () => {
  it('is read, and nothing of the request that wrote the object is kept', () => {
    const read = readCosEvent(fixture());
    expect(read).toEqual([
      {
        kind: 'created',
        eventName: 'cos:ObjectCreated:Put',
        bucket: 'media-1250000000',
        region: 'ap-guangzhou',
        key: 'clips/a & b%.mp4',
        size: 276113,
        etag: 'd41d8cd98f00b204e9800998ecf8427e',
        timeMs: 1_767_225_600_000,
        write: 'NWMxOWY4MGFfMjViMjU4NjRfMTUyMV8x',
      },
    ]);
    expect(JSON.stringify(read)).not.toContain('CANARY');
  });

  it('may hold several records, each on its own', () => {
    const broken = { cos: {}, event: {} };
    const read = readCosEvent({ Records: [recordOf('a.mp4'), broken, recordOf('b.mp4'), null] });
    expect(read).toMatchObject([
      { key: 'a.mp4' },
      { reason: expect.stringMatching(/required|expected/) },
      { key: 'b.mp4' },
      { reason: expect.stringContaining('expected') },
    ]);
  });

  it.each([{}, null, 'text', { Records: 'none' }])('what is no event is told as such: %o', (event) => {
    expect(readCosEvent(event)).toEqual([{ reason: 'expected an event of a COS trigger, with Records' }]);
  });
});

describe('a key is read as it was written', () => {
  const keys = [
    'clips/a b.mp4',
    'clips/a+b.mp4',
    'clips/100%.mp4',
    'clips/a&b=c.mp4',
    'clips/a#b?c.mp4',
    'clips/猫.mp4',
    'clips/🐱.mp4',
    '.hidden/.clip.mp4',
    'clips/a%20b.mp4',
    'clips/%E7%8C%AB.mp4',
    'a/b/c/d/e.mp4',
    `clips/${'x'.repeat(840)}.mp4`,
  ];

  it.each(keys)('%s, from the url', (key) => {
    expect(readCosEvent({ Records: [recordOf(key, { key: '' })] })).toMatchObject([{ key }]);
  });

  it.each(keys)('%s, from the key when there is no url', (key) => {
    expect(readCosEvent({ Records: [recordOf(key, { url: '' })] })).toMatchObject([{ key }]);
  });

  it('a url that is not percent-encoded gives way to the key', () => {
    const url = 'http://media-1250000000.cos.ap-guangzhou.myqcloud.com/clips/100%.mp4';
    expect(readCosEvent({ Records: [recordOf('clips/100%.mp4', { url })] })).toMatchObject([
      { key: 'clips/100%.mp4' },
    ]);
  });
});

it.each([
  ['cos:ObjectCreated:CompleteMultipartUpload', 'created'],
  ['cos:ObjectCreated:Copy', 'created'],
  ['cos:ObjectRemove:Delete', 'removed'],
  ['cos:ObjectRestore:Post', 'other'],
])('%s is %s', (eventName, kind) => {
  const base = recordOf('a.mp4');
  const read = readCosEvent({ Records: [{ ...base, event: { ...base.event, eventName } }] });
  expect(read).toMatchObject([{ kind }]);
});
