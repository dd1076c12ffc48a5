import { describe, expect, it, vi } from 'vitest';
import { startAnswerGate } from '../worlds/answer-gate.ts';
import { loadFunction } from '../worlds/load-function.ts';
import { operation, POST_SECONDS, SETTLE_SECONDS, startWorld, submission } from '../worlds/submit-world.ts';

const KEY = { 'idempotency-key': 'order-4711' };

describe('the same key and body', () => {
  it('is one job and the same answer byte for byte, whatever became of the job since', async () => {
    const world = await startWorld();
    const request = submission(
      [operation('a'), operation('jw1.00000000-0000-4000-8000-000000000000.0 b')],
      KEY,
    );
    const first = await world.submit('/jobs', request);
    expect(first.status).toBe(201);
    const ids = (await world.jobsAtCi()).map((job) => job.JobId);
    await world.cloud.control('PATCH', `/jobs/${ids[0]}`, { state: 'Success' });
    await world.pass(30);
    await world.recheck();
    const again = await world.submit('/jobs', request);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
    expect(await world.watches()).toHaveLength(2);
  });

  it('without a key is a new job each time', async () => {
    const world = await startWorld();
    await world.submit('/jobs', submission());
    await world.submit('/jobs', submission());
    expect(await world.watches()).toHaveLength(2);
  });

  it('two at once are one job: the other is told to come back', async () => {
    const world = await startWorld();
    const gate = await startAnswerGate(world.cloud.url, 'POST');
    const submit = await loadFunction('api', { ...world.env, CI_ENDPOINT: gate.url });
    const request = submission(undefined, KEY);
    const both = [submit('/jobs', request), submit('/jobs', request)];
    // The one that is refused; CI's answer for the other is still on its way.
    await Promise.race(both);
    gate.open();
    const [taken, refused] = (await Promise.all(both)).sort((a, b) => a.status - b.status);
    expect(taken?.status).toBe(201);
    expect(refused).toMatchObject({ status: 409, json: { code: 'InFlight' } });
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    expect(await world.jobsAtCi()).toHaveLength(1);
    expect(await world.submit('/jobs', request)).toMatchObject({ status: 201, body: taken?.body });
  });

  it('stays in flight while the submission is in doubt, and is answered once the job is found', async () => {
    const world = await startWorld();
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' });
    const request = submission(undefined, KEY);
    expect(await world.submit('/jobs', request)).toMatchObject({ status: 504 });
    expect(await world.submit('/jobs', request)).toMatchObject({ status: 409, json: { code: 'InFlight' } });
    await world.pass(POST_SECONDS + SETTLE_SECONDS);
    await world.recheck();
    const [job] = await world.jobsAtCi();
    expect(await world.submit('/jobs', request)).toMatchObject({
      status: 201,
      json: { JobsDetail: [{ JobId: job?.JobId }] },
    });
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(1);
  });
});

it('the same key with another body is 409, and submits nothing', async () => {
  const world = await startWorld();
  await world.submit('/jobs', submission([operation('a')], KEY));
  expect(await world.submit('/jobs', submission([operation('b')], KEY))).toMatchObject({
    status: 409,
    json: { code: 'IdempotencyConflict' },
  });
  expect(await world.jobsAtCi()).toHaveLength(1);
});

describe('a refused submission frees its key', () => {
  it.each([
    ['for the same request', 'a'],
    ['for one that was put right', 'b'],
  ])('%s', async (_, secondText) => {
    const world = await startWorld();
    await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, code: 'InvalidArgument' });
    expect(await world.submit('/jobs', submission([operation('a')], KEY))).toMatchObject({
      status: 502,
      json: { code: 'InvalidArgument' },
    });
    expect(await world.submit('/jobs', submission([operation(secondText)], KEY))).toMatchObject({
      status: 201,
    });
    await world.pass(POST_SECONDS + SETTLE_SECONDS);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(1);
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(2);
  });
});

it('bad keys are 400 and submit nothing', async () => {
  const world = await startWorld();
  for (const key of ['', 'x'.repeat(256), 'caf\u00e9', 'a\tb']) {
    expect(await world.submit('/jobs', submission(undefined, { 'idempotency-key': key }))).toMatchObject({
      status: 400,
      json: { detail: expect.stringMatching(/^Idempotency-Key: /) },
    });
  }
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(0);
});

it('a key, which may be a secret of the caller, is neither logged nor stored', async () => {
  const world = await startWorld();
  const lines = vi.spyOn(console, 'log');
  await world.submit('/jobs', submission(undefined, KEY));
  const logged = JSON.stringify(lines.mock.calls);
  lines.mockRestore();
  expect(logged).toContain('/jobs');
  expect(logged).not.toContain(KEY['idempotency-key']);
  const [kept] = await world.sql`select * from idempotency_keys`;
  expect(kept).toMatchObject({ key_hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(JSON.stringify(kept)).not.toContain(KEY['idempotency-key']);
});
