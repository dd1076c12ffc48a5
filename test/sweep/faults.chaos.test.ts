import { describe, expect, it } from 'vitest';
import { startWorld, type World } from '../worlds/submit-world.ts';

/** Longer than the longest delay of any watch. */
const LONGEST_DELAY_SECONDS = 361;
const ROUNDS = 12;
const SHARE = 0.3;

const FATES = ['Success', 'Failed', 'Cancel'];

async function watch(world: World, JobIds: readonly string[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ JobIds });
  expect(await world.submit('/watches', { method: 'POST', headers, body })).toMatchObject({ status: 202 });
}

/** Thirty jobs that have ended in each way, and as many that end after the first sweep. */
async function watchMixed(world: World): Promise<Map<string, string>> {
  const fates = new Map<string, string>();
  for (const fate of FATES) for (const id of await world.cloud.jobs(fate, 10)) fates.set(id, fate);
  for (const id of await world.cloud.jobs('Running', 30)) fates.set(id, 'Success');
  await watch(world, [...fates.keys()]);
  return fates;
}

/** Every watch got the outcome that CI states, and each change was written down once. */
async function expectRight(world: World, fates: ReadonlyMap<string, string>): Promise<void> {
  const watches = await world.watches({ limit: '200' });
  expect(Object.fromEntries(watches.map((one) => [one.JobId, one.Outcome]))).toEqual(
    Object.fromEntries(fates),
  );
  const [count] = await world.sql`
    select count(*)::int as twice from (
      select 1 from watch_history group by job_id, to_state having count(*) > 1) as repeated`;
  expect(count).toEqual({ twice: 0 });
}

const KINDS: [string, Record<string, unknown>][] = [
  ['throttles', { code: 'SlowDown' }],
  ['fails', { code: 'InternalError' }],
  ['hangs', { kind: 'hang' }],
  ['resets', { kind: 'reset' }],
  ['truncates', { kind: 'truncate' }],
  ['answers HTML', { kind: 'html' }],
];
const each = KINDS.map(([name, fault]): [string, Record<string, unknown>[]] => [name, [fault]]);
const mixed = KINDS.map(([, fault], seed) => ({ ...fault, seed, rate: SHARE / KINDS.length }));

describe('every watch ends as CI says although, of three requests, CI', () => {
  it.each([...each, ['does any of these to one', mixed] as const])('%s', async (_, faults) => {
    const world = await startWorld({ CI_TIMEOUT_MS: '150' });
    const fates = await watchMixed(world);
    await world.cloud.control(
      'PUT',
      '/faults',
      faults.map((fault) => ({ match: '*', rate: SHARE, ...fault })),
    );
    await world.recheck();
    for (const [id, fate] of fates) {
      if (fate === 'Success') await world.cloud.control('PATCH', `/jobs/${id}`, { state: 'Success' });
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      await world.pass(LONGEST_DELAY_SECONDS);
      await world.recheck();
      const [open] = await world.sql`select 1 from watches where outcome = ''`;
      if (open === undefined) break;
    }
    await expectRight(world, fates);
  });
});

/** docs/limits.md, "What is tried again". */
const TRIED: [string, number, number][] = [
  ['SlowDown', 429, 4],
  ['InternalError', 500, 4],
  ['SignatureExpired', 401, 2],
  ['AccessDenied', 403, 1],
  ['NoSuchBucket', 404, 1],
  ['InvalidArgument', 400, 1],
];

describe('a sweep tries again what may pass, and nothing else', () => {
  it.each(TRIED)('%s (%i): %i requests', async (code, status, requests) => {
    const world = await startWorld();
    const [id = ''] = await world.cloud.jobs('Success');
    await watch(world, [id]);
    await world.cloud.faults({ match: 'DescribeMediaJob', code, status });
    expect(await world.recheck()).toMatchObject({ requests: { describe: requests }, errors: 1 });
    expect(await world.cloud.requests('DescribeMediaJob')).toBe(requests);
    expect(await world.watches()).toMatchObject([
      { Outcome: '', LastError: expect.stringMatching(new RegExp(`^${code}: `)) },
    ]);
    // It is put off: the next tick leaves it alone, and a later one finds it.
    await world.recheck();
    expect(await world.cloud.requests('DescribeMediaJob')).toBe(requests);
    await world.cloud.faults();
    await world.pass(13);
    await world.recheck();
    expect(await world.watches()).toMatchObject([{ Outcome: 'Success' }]);
  });

  it('what is refused for every job is asked once for each request under way, and no more', async () => {
    const world = await startWorld();
    await watch(world, await world.cloud.jobs('Success', 100));
    await world.cloud.faults({ match: 'DescribeMediaJob', code: 'AccessDenied' });
    await world.recheck();
    expect(await world.cloud.requests('DescribeMediaJob')).toBeLessThanOrEqual(4);
    expect(await world.watches({ limit: '200' })).toHaveLength(100);
  });
});
