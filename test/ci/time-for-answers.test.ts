import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallOptions } from '../../shared/ci/client/client-options.ts';
import { createClient } from '../../shared/ci/client/create-client.ts';
import { BUCKET, CREDENTIALS, REGION, startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';

const bucket = { name: BUCKET, region: REGION };
const request = {
  Tag: 'Animation',
  Input: { Object: 'clips/a.mp4' },
  Operation: [
    {
      Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif' } },
      Output: { Region: REGION, Bucket: BUCKET, Object: 'gifs/a.gif' },
    },
  ],
};

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.close());

/** A client whose time moves when it sleeps, and by `pass`. */
function clientInTime(timeoutMs = 10_000) {
  let nowMs = Date.now();
  const pass = (ms: number) => {
    nowMs += ms;
    return Promise.resolve();
  };
  const now = () => nowMs;
  const options = { endpoint: new URL(cloud.url), timeoutMs, credentials: () => CREDENTIALS };
  const ci = createClient({ ...options, now, sleep: pass, random: () => 0.5 });
  const within = (ms: number, more: Partial<CallOptions> = {}) => ({ deadlineMs: nowMs + ms, ...more });
  return { ci, pass, within };
}

const posted = () => cloud.requests('CreateMediaJobs');
const NEVER_LEFT = { code: 'NoAnswer', withoutEffect: true };

describe('a submission leaves with two seconds left for its answer, or not at all', () => {
  it('when it is begun late', async () => {
    const { ci, within } = clientInTime();
    await expect(ci.createJobs(bucket, request, within(1900))).rejects.toMatchObject(NEVER_LEFT);
    expect(await posted()).toBe(0);
    await expect(ci.createJobs(bucket, request, within(2100))).resolves.toHaveLength(1);
  });

  it.each([13_100, 14_700, 15_100, 3_600_000])('when its turn came after %i of 15 000 ms', async (waitMs) => {
    const { ci, pass, within } = clientInTime();
    const call = within(15_000, { admit: () => pass(waitMs) });
    await expect(ci.createJobs(bucket, request, call)).rejects.toMatchObject(NEVER_LEFT);
    expect(await posted()).toBe(0);
  });

  it('and says until when its turn is of use', async () => {
    const { ci, within } = clientInTime();
    const told: (number | undefined)[] = [];
    const admit = (latestMs?: number) => {
      told.push(latestMs);
      return Promise.resolve();
    };
    const call = within(15_000, { admit });
    await ci.createJobs(bucket, request, call);
    await ci.listJobs(bucket, { tag: 'Animation' }, call);
    expect(told).toEqual([call.deadlineMs - 2000, call.deadlineMs - 500]);
  });

  it.each([14, 60])('when CI wants to be asked again after %i of 15 seconds', async (retryAfter) => {
    await cloud.faults({ match: 'CreateMediaJobs', code: 'SlowDown', retryAfter, times: 1 });
    const { ci, within } = clientInTime();
    await expect(ci.createJobs(bucket, request, within(15_000))).rejects.toMatchObject({
      code: 'SlowDown',
      withoutEffect: true,
    });
    expect(await posted()).toBe(1);
  });

  it('but after twelve of fifteen it is tried again', async () => {
    await cloud.faults({ match: 'CreateMediaJobs', code: 'SlowDown', retryAfter: 12, times: 1 });
    const { ci, within } = clientInTime();
    await expect(ci.createJobs(bucket, request, within(15_000))).resolves.toHaveLength(1);
    expect(await posted()).toBe(2);
  });
});

/** Whether it left; with so little time its answer may come too late. */
async function leaves(ask: (call: Pick<CallOptions, 'onExchange'>) => Promise<unknown>): Promise<boolean> {
  let left = false;
  const onExchange = () => {
    left = true;
  };
  await ask({ onExchange }).catch(() => undefined);
  return left;
}

it('a question leaves with half a second left, or not at all', async () => {
  const { ci, within } = clientInTime();
  const ask = (ms: number) => leaves((call) => ci.listJobs(bucket, { tag: 'Animation' }, within(ms, call)));
  expect([await ask(400), await ask(600)]).toEqual([false, true]);
});

it('nobody keeps more for an answer than CI_TIMEOUT_MS gives it', async () => {
  const { ci, within } = clientInTime(1000);
  const post = (ms: number) => leaves((call) => ci.createJobs(bucket, request, within(ms, call)));
  expect([await post(900), await post(1100)]).toEqual([false, true]);
});
