import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCosEvent } from '../../shared/scf/cos-event.ts';
import { times } from '../fuzz/runs.ts';
import { readWith, recordWith } from './cos-record.ts';

describe('a record that cannot be used is told with its field', () => {
  const url = (key: string) => `http://media-1250000000.cos.ap-guangzhou.myqcloud.com/${key}`;
  const rawKey = (key: string) => ({ object: { url: '', key: `/1250000000/media/${key}` } });

  it.each([
    ['a NUL in its key', { object: { url: url('clips/%00.mp4') } }, 'key: expected no NUL'],
    ['half a character in its key', rawKey('clips/\ud800.mp4'), 'key: expected well-formed Unicode'],
    ['a key too long', rawKey(`clips/${'片'.repeat(282)}.mp4`), 'key: expected at most 850 bytes'],
    ['no key at all', { object: { url: null, key: 7 } }, 'key: expected url'],
    ['a time before 1970', { event: { eventTime: -1 } }, 'event.eventTime: expected seconds'],
    ['a time after 2100', { event: { eventTime: 4_102_444_800 } }, 'event.eventTime: expected seconds'],
    ['a time beyond all', { event: { eventTime: 1e300 } }, 'event.eventTime: expected seconds'],
    ['a time in words', { event: { eventTime: 'yesterday' } }, 'event.eventTime: expected seconds'],
    ['a time without a zone', { event: { eventTime: '2026-01-01T00:00:00' } }, 'event.eventTime'],
    ['no day of any month', { event: { eventTime: '2026-02-31T99:00:00Z' } }, 'event.eventTime'],
    ['no time', { event: { eventTime: undefined } }, 'event.eventTime: expected seconds'],
    ['no name of its event', { event: { eventName: null } }, 'event.eventName: expected the name'],
    ['a negative size', { object: { size: -1 } }, 'cos.cosObject.size: expected a number of bytes'],
    ['half a byte', { object: { size: 1.5 } }, 'cos.cosObject.size: expected'],
    ['a size in words', { object: { size: '1 MB' } }, 'cos.cosObject.size: expected'],
    ['no size', { object: { size: undefined } }, 'cos.cosObject.size: expected'],
    ['no bucket', { bucket: { name: undefined } }, 'cos.cosBucket.name: expected the name of a bucket'],
    ['a bucket that is none', { bucket: { name: 'Me\0dia' } }, 'cos.cosBucket: expected a bucket'],
    ['an account that is none', { bucket: { appid: { toString: 1 } } }, 'cos.cosBucket.appid: expected'],
  ])('%s', (_, parts, reason) => {
    const read = readWith(parts);
    expect(read).toEqual({ reason: expect.stringContaining(reason) });
    expect(JSON.stringify(read)).not.toMatch(/CANARY|received|Invalid/);
  });
});

describe('what is certain all the same is taken', () => {
  it.each([
    ['no meta', { object: { meta: null } }, { etag: '', write: '' }],
    ['a meta that is none', { object: { meta: 'x' } }, { etag: '', write: '' }],
    ['an ETag that is none', { object: { meta: { ETag: '"\0"' } } }, { etag: '' }],
    ['an id that is none', { object: { meta: { 'x-cos-request-id': 'x'.repeat(1025) } } }, { write: '' }],
    ['an id with spaces', { object: { meta: { 'x-cos-request-id': 'a b' } } }, { write: 'a b' }],
    ['a time as text', { event: { eventTime: '1700000000' } }, { timeMs: 1_700_000_000_000 }],
    ['a date', { event: { eventTime: '2026-01-01T08:00:00.9+08:00' } }, { timeMs: 1_767_225_600_000 }],
    ['a size as text', { object: { size: '1029' } }, { size: 1029 }],
    ['an account as a number', { bucket: { appid: 1250000000 } }, { bucket: 'media-1250000000' }],
    ['a bucket with its account', { bucket: { name: 'media-1250000000' } }, { bucket: 'media-1250000000' }],
    ['a vid that is null', { object: { vid: null } }, { key: 'clips/a & b%.mp4' }],
    [
      'a url with a query',
      {
        object: {
          url: 'http://media-1250000000.cos.ap-guangzhou.myqcloud.com/clips/a.mp4?versionId=MTg0',
          key: '/1250000000/media/clips/a.mp4',
        },
      },
      { key: 'clips/a.mp4' },
    ],
    [
      'a url without a scheme',
      { object: { url: 'media-1250000000.cos.ap-guangzhou.myqcloud.com/clips/a%20b.mp4' } },
      { key: 'clips/a b.mp4' },
    ],
    [
      'a space as forms write it',
      {
        object: {
          url: 'http://media-1250000000.cos.ap-guangzhou.myqcloud.com/clips/a+b.mp4',
          key: '/1250000000/media/clips/a b.mp4',
        },
      },
      { key: 'clips/a b.mp4' },
    ],
  ])('%s', (_, parts, expected) => {
    expect(readWith(parts)).toMatchObject(expected);
  });
});

/** Puts a value in the place of some field, however deep. */
function spoilt(value: unknown, path: readonly number[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return by;
  const names = Object.keys(value);
  const name = names[first % names.length];
  if (name === undefined) return by;
  return { ...value, [name]: spoilt(Object.entries(value)[first % names.length]?.[1], rest, by) };
}

it('whatever stands in whichever field of a record, the others are read', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 5 }), fc.jsonValue(), (path, by) => {
      const read = readCosEvent({ Records: [recordWith(), spoilt(recordWith(), path, by), recordWith()] });
      expect(read).toHaveLength(3);
      for (const index of [0, 2]) expect(read[index]).toMatchObject({ key: 'clips/a & b%.mp4' });
      expect(JSON.stringify(read)).not.toContain('CANARY');
    }),
    { numRuns: times(500) },
  );
});
