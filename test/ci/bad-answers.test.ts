import { expect, it } from 'vitest';
import { CiError } from '../../shared/ci/ci-error.ts';
import { createClient } from '../../shared/ci/client/create-client.ts';
import { BAD_ANSWERS, type BadAnswer, resetsAtEveryByte } from '../worlds/bad-answers.ts';
import { startStubService } from '../worlds/stub-service.ts';
import { BUCKET, CREDENTIALS, REGION } from '../worlds/test-cloud.ts';

const bucket = { name: BUCKET, region: REGION };

/** Asks about one job for each way, all at once, and tells what the caller gets. */
async function outcomes(ways: readonly (readonly [string, BadAnswer])[]): Promise<Record<string, unknown>> {
  const byId = new Map(ways.map(([, answer], index) => [`j${index}`, answer]));
  const service = await startStubService(({ socket, ids: [id = ''] }) => byId.get(id)?.(socket, id));
  const ci = createClient({
    now: Date.now,
    random: () => 0,
    // Whatever is tried again is tried again at once.
    sleep: async () => undefined,
    endpoint: new URL(service.url),
    timeoutMs: 500,
    credentials: () => CREDENTIALS,
  });
  const call = { deadlineMs: Date.now() + 60_000 };
  const told = ways.map(async ([name], index) => {
    const answer = await ci.describeJobs(bucket, [`j${index}`], call).catch((error: unknown) => error);
    return [name, answer];
  });
  return Object.fromEntries(await Promise.all(told));
}

function expectRefused(told: Record<string, unknown>): void {
  const believed = Object.entries(told).filter(([, answer]) => !(answer instanceof CiError));
  expect(believed).toEqual([]);
  const texts = Object.values(told).map((error) => (error instanceof CiError ? error.reason : ''));
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(200);
}

it('a hundred ways to answer badly are an error of that question, in its time, and in few words', async () => {
  const ways = Object.entries(BAD_ANSWERS);
  expect(ways.length).toBeGreaterThanOrEqual(100);
  expectRefused(await outcomes(ways));
});

it('an answer that breaks off after any of its bytes says nothing', async () => {
  expectRefused(await outcomes(resetsAtEveryByte()));
});
