import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCosTriggers } from '../../../local/triggers/start-cos-triggers.ts';
import { BUCKET, COS_HOST, REGION, runCloud, type TestCloud } from '../../worlds/running-cloud.ts';
import { trigger } from './created-object.ts';

let running: TestCloud;
let delivered: string[];
beforeEach(async () => {
  delivered = [];
  const triggers = startCosTriggers({
    triggers: [trigger({ bucket: BUCKET, region: REGION })],
    deliver: async (_, { Records }) => delivered.push(JSON.stringify(Records)),
  });
  running = await runCloud({ onObjectCreated: triggers.objectCreated, events: triggers.events });
});
afterEach(() => running.close());

const put = (key: string) => running.call({ method: 'PUT', url: `/${key}`, host: COS_HOST, body: key });
const control = async (method: string, path: string, body?: unknown) => {
  const answer = await running.control(method, path, body);
  return [answer.status, answer.text === '' ? '' : JSON.parse(answer.text)];
};

describe('/_control/events', () => {
  it('sets what goes wrong, tells what went wrong, and sends what is held back', async () => {
    expect(await control('PUT', '/events', { reorder: true, duplicate: 1, seed: 3 })).toMatchObject([
      200,
      { reorder: true, duplicate: 1, drop: 0, merge: 1, counts: { records: 0 } },
    ]);
    await put('clips/a.mp4');
    await put('films/b.mp4');
    expect(await control('GET', '/events')).toMatchObject([
      200,
      { reorder: true, counts: { records: 1, duplicated: 1, heldBack: 2, events: 0 } },
    ]);
    expect(await control('POST', '/events/flush')).toEqual([200, { flushed: 2 }]);
    expect(delivered).toHaveLength(2);
    expect(delivered[0]).toBe(delivered[1]);
  });

  it('is reset with everything else', async () => {
    await control('PUT', '/events', { drop: 1 });
    await put('clips/a.mp4');
    await control('DELETE', '');
    expect(await control('GET', '/events')).toMatchObject([
      200,
      { drop: 0, counts: { records: 0, dropped: 0 } },
    ]);
    await put('clips/a.mp4');
    expect(delivered).toHaveLength(1);
  });

  it.each([
    [{ drop: 2 }, 'events.drop'],
    [{ merge: 0 }, 'events.merge'],
    [{ merge: 1.5 }, 'events.merge'],
    [{ delayMs: -1 }, 'events.delayMs'],
    [{ reorder: 'yes' }, 'events.reorder'],
    [{ typo: 1 }, 'events.typo'],
    [[], 'events must be'],
  ])('refuses %j and leaves everything as it was', async (faults, field) => {
    await control('PUT', '/events', { drop: 1 });
    expect(await control('PUT', '/events', faults)).toEqual([400, { error: expect.stringContaining(field) }]);
    expect(await control('GET', '/events')).toMatchObject([200, { drop: 1 }]);
  });

  it('is not there without anybody to be told of objects', async () => {
    const alone = await runCloud();
    expect((await alone.control('GET', '/events')).status).toBe(404);
    expect((await alone.control('DELETE', '')).status).toBe(204);
    await alone.close();
    expect((await running.control('POST', '/events/burn')).status).toBe(404);
  });
});

it("an upload's event carries the uploader's own signature and when it was written", async () => {
  const before = Math.floor(Date.now() / 1000);
  await put('clips/a.mp4');
  const [record] = JSON.parse(delivered[0] ?? '[]');
  expect(record.event.requestParameters.requestHeaders.Authorization).toContain('q-ak=test-id');
  expect([before, before + 1, before + 2]).toContain(record.event.eventTime);
  expect(record.cos.cosObject.meta.ETag).toMatch(/^"[0-9a-f]{32}"$/);
});
