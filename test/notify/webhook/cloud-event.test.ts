import { CloudEvent, HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { cloudEventBody, type StoredEvent } from '../../../shared/notify/webhook/cloud-event.ts';

const MAX_BYTES = 262_144;
const watch = { JobId: 'j1', Bucket: 'media-1250000000', Input: { Object: 'clips/kůň 🐎.mp4' }, Output: {} };
const at = new Date('2024-05-06T07:08:09.123Z');

const eventWith = (data: string): StoredEvent => ({
  id: 'j1.42',
  type: 'jobwatch.job.succeeded',
  source: '/buckets/media-1250000000',
  subject: 'j1',
  at,
  data,
});

interface Data {
  Watch: Record<string, unknown>;
  Job: unknown;
}

function parsed(body: string): CloudEvent<Data> {
  const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
  const event = HTTP.toEvent<Data>({ headers, body });
  if (!(event instanceof CloudEvent)) throw new Error('expected one event');
  return event;
}

describe('an event on the wire', () => {
  it('is CloudEvents 1.0, strictly, with every value in its place', () => {
    const data = { Watch: watch, Job: { JobId: 'j1', Message: '成功 🎉  "\\' } };
    const event = parsed(cloudEventBody(eventWith(JSON.stringify(data))));
    expect(event.validate()).toBe(true);
    expect({ ...event }).toEqual({
      specversion: '1.0',
      id: 'j1.42',
      source: '/buckets/media-1250000000',
      type: 'jobwatch.job.succeeded',
      subject: 'j1',
      time: at.toISOString(),
      datacontenttype: 'application/json',
      data,
    });
  });

  it('carries the stored text as it is, spaces and large numbers too', () => {
    const data = '{"Watch": {"JobId":"j1"} , "Job": {"n": 12345678901234567890, "e": "\\u00e9"}}';
    const body = cloudEventBody(eventWith(data));
    expect(body).toContain(`"data":${data}}`);
    expect(cloudEventBody(eventWith(data))).toBe(body);
  });
});

describe('an event that is too large', () => {
  const sized = (bytes: number) => {
    const frame = cloudEventBody(eventWith(JSON.stringify({ Watch: watch, Job: '' })));
    return JSON.stringify({ Watch: watch, Job: 'x'.repeat(bytes - Buffer.byteLength(frame)) });
  };

  it('stays whole up to 256 KB', () => {
    const body = cloudEventBody(eventWith(sized(MAX_BYTES)));
    expect(Buffer.byteLength(body)).toBe(MAX_BYTES);
    expect(parsed(body).data?.Job).toMatch(/^x+$/);
  });

  it('loses its job one byte later, and is the same for every repeat', () => {
    const data = sized(MAX_BYTES + 1);
    const body = cloudEventBody(eventWith(data));
    expect(parsed(body).data).toEqual({ Watch: watch, Job: null });
    expect(cloudEventBody(eventWith(data))).toBe(body);
  });

  it('is measured in bytes, not in letters', () => {
    const body = cloudEventBody(eventWith(JSON.stringify({ Watch: watch, Job: '🐎'.repeat(66_000) })));
    expect(parsed(body).data?.Job).toBeNull();
  });

  it('loses its input and output too when the watch alone is too large', () => {
    const large = { ...watch, Input: { Object: 'i'.repeat(MAX_BYTES) }, Output: { Object: 'o' } };
    const body = cloudEventBody(eventWith(JSON.stringify({ Watch: large, Job: { JobId: 'j1' } })));
    expect(Buffer.byteLength(body)).toBeLessThan(MAX_BYTES);
    expect(parsed(body).data).toEqual({ Watch: { ...watch, Input: {}, Output: {} }, Job: null });
  });

  it('that nothing makes small enough is named by its id, without its data', () => {
    const data = JSON.stringify({ Watch: { ...watch, LastError: 'e'.repeat(MAX_BYTES) }, Job: null });
    expect(() => cloudEventBody(eventWith(data))).toThrow(
      /^Event j1\.42: expected at most 262144 bytes .*, got \d+$/,
    );
  });
});
