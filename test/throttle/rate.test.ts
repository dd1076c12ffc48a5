import { expect, it, onTestFinished } from 'vitest';
import { CiError } from '../../shared/ci/ci-error.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Store } from '../../shared/store/store.ts';
import { BACKGROUND_SHARE, type Slots, slotsByAccount } from '../../shared/throttle/rate.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { startSharedTime } from '../worlds/shared-time.ts';
import { type Sweeping, startSweeping } from '../worlds/sweeping.ts';
import { QUEUE, TAG } from '../worlds/test-cloud.ts';
import { startTestDatabase } from '../worlds/test-database.ts';

const BUCKET = { name: 'media-1250000000', region: 'ap-guangzhou' };
const MAX_RPS = 100;
const INTERVAL_MS = 1000 / (MAX_RPS * BACKGROUND_SHARE);
const FOREVER = Number.MAX_SAFE_INTEGER;
const SWEEP_LIMIT_MS = 60_000;

/** A clock and a database that share one time, which stands still unless somebody sleeps or it is moved. */
async function startTime({ sql }: Sweeping) {
  let nowMs = Date.UTC(2026, 0, 1);
  const tell = () =>
    sql.unsafe(`create or replace function jobwatch_now() returns timestamptz language sql volatile as
      'select to_timestamp(${nowMs / 1000}::float8)'`);
  const pass = async (ms: number) => {
    nowMs += ms;
    await tell();
  };
  await tell();
  const clock: Clock = { now: () => nowMs, sleep: pass, random: () => 0.5 };
  return { clock, pass, startedMs: nowMs };
}

/** When each of so many admissions, one after another, was given; in milliseconds since the first was asked for. */
async function admissions(slots: Slots, clock: Clock, count: number): Promise<number[]> {
  const startedMs = clock.now();
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    await slots.admit(FOREVER);
    times.push(clock.now() - startedMs);
  }
  return times;
}

const slotsOf = (store: Store, clock: Clock) => slotsByAccount(store, MAX_RPS, clock)(BUCKET);

function refusal(code: string, retryAfterMs?: number): CiError {
  return new CiError({
    kind: 'retryable',
    code,
    message: '',
    status: 429,
    retryAfterMs,
    withoutEffect: true,
  });
}

it('background work gets 80 % of CI_MAX_RPS, evenly', async () => {
  const world = await startSweeping();
  const { clock } = await startTime(world);
  const times = await admissions(slotsOf(world.store, clock), clock, 81);
  for (const [index, ms] of times.entries()) {
    expect(Math.abs(ms - index * INTERVAL_MS)).toBeLessThan(2);
  }
  expect(times.at(-1)).toBeGreaterThan(998);
});

it('slots that were not used in their time are void: nothing is saved up', async () => {
  const world = await startSweeping();
  const { clock, pass } = await startTime(world);
  const slots = slotsOf(world.store, clock);
  await admissions(slots, clock, 3);
  await pass(10_000);
  const times = await admissions(slots, clock, 41);
  expect(times.at(-1)).toBeGreaterThan(40 * INTERVAL_MS - 2);
});

it('SlowDown halves the rate of everybody for a minute', async () => {
  const world = await startSweeping();
  const { clock, pass } = await startTime(world);
  const refused = slotsOf(world.store, clock);
  const other = slotsOf(world.store, clock);
  await admissions(refused, clock, 1);
  await refused.slowDown(refusal('SlowDown'));

  for (const slots of [refused, other]) {
    const times = await admissions(slots, clock, 41);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2 * 40 * INTERVAL_MS - 2);
  }
  await pass(61_000);
  for (const slots of [refused, other]) {
    const times = await admissions(slots, clock, 41);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(40 * INTERVAL_MS + 2);
  }
});

it('other refusals change nothing', async () => {
  const world = await startSweeping();
  const { clock } = await startTime(world);
  const slots = slotsOf(world.store, clock);
  await admissions(slots, clock, 1);
  await slots.slowDown(refusal('InternalError'));
  const times = await admissions(slots, clock, 41);
  expect(times.at(-1)).toBeLessThan(41 * INTERVAL_MS + 2);
});

it('Retry-After holds everybody until it is over', async () => {
  const world = await startSweeping();
  const { clock } = await startTime(world);
  const refused = slotsOf(world.store, clock);
  const other = slotsOf(world.store, clock);
  await admissions(refused, clock, 1);
  await refused.slowDown(refusal('ServiceUnavailable', 7000));
  const [ms] = await admissions(other, clock, 1);
  expect(ms).toBeGreaterThan(6900);
});

it('whoever was refused does not use up the slots that it had', async () => {
  const world = await startSweeping();
  const { clock } = await startTime(world);
  const slots = slotsOf(world.store, clock);
  await admissions(slots, clock, 1);
  await slots.slowDown(refusal('SlowDown', 7000));
  const [ms] = await admissions(slots, clock, 1);
  expect(ms).toBeGreaterThan(6900);
});

it('a slot after the deadline is not waited for', async () => {
  const world = await startSweeping();
  const { clock, startedMs } = await startTime(world);
  const slots = slotsOf(world.store, clock);
  await admissions(slots, clock, 1);
  await slots.slowDown(refusal('SlowDown', 3_600_000));
  const before = clock.now();
  await expect(slots.admit(startedMs + 60_000)).rejects.toMatchObject({
    code: 'NoSlot',
    withoutEffect: true,
  });
  expect(clock.now()).toBe(before);
});

it('accounts and regions do not share a rate', async () => {
  const world = await startSweeping();
  const { clock } = await startTime(world);
  const slotsFor = slotsByAccount(world.store, MAX_RPS, clock);
  expect(slotsFor({ ...BUCKET, name: 'other-1250000000' })).toBe(slotsFor(BUCKET));
  await admissions(slotsFor(BUCKET), clock, 1);
  await slotsFor(BUCKET).slowDown(refusal('SlowDown', 60_000));
  for (const bucket of [
    { ...BUCKET, region: 'ap-beijing' },
    { ...BUCKET, name: 'media-1250000001' },
  ]) {
    const [ms] = await admissions(slotsFor(bucket), clock, 1);
    expect(ms).toBeLessThan(1000);
  }
});

it('several instances together stay under CI_MAX_RPS and use their share of it', async () => {
  const database = await startTestDatabase();
  const time = await startSharedTime(database.url);
  onTestFinished(async () => {
    await time.close();
    await database.close();
  });
  const times: number[] = [];
  const perInstance = 45;
  const instances = Array.from({ length: 3 }, async () => {
    const slots = slotsOf(time.openStore(), time.clock);
    for (let index = 0; index < perInstance; index++) {
      await slots.admit(FOREVER);
      times.push(time.clock.now());
    }
  });
  await time.run(Promise.all(instances));
  times.sort((a, b) => a - b);
  const perSecond = MAX_RPS * BACKGROUND_SHARE;
  const busiest = Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
  );
  expect(busiest).toBeLessThanOrEqual(perSecond + 1);
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
  expect(times.length / seconds).toBeGreaterThan(0.95 * perSecond);
});

it('a sweep that is told to come back after its time ends in time and gives back what it holds', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 30, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.faults({ match: '*', code: 'SlowDown', retryAfter: 3600 });
  const begun = performance.now();
  await world.sweep(SWEEP_LIMIT_MS);
  // The sweep after it is not allowed a request.
  await world.pass(UNTIL_PUT_OFF_SECONDS);
  await world.requestsSoFar();
  await world.sweep(SWEEP_LIMIT_MS);
  // Neither waited until its time was up.
  expect(performance.now() - begun).toBeLessThan(SWEEP_LIMIT_MS);
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 0 });
  const watches = await world.watches();
  expect(watches.filter((watch) => watch.claim_token !== null || watch.errors > 1)).toEqual([]);

  await world.faults();
  await world.pass(3600);
  const another = await loadHandler('recheck', world.env);
  expect(await another({}, { time_limit_in_ms: 60_000 })).toMatchObject({ changed: 30, errors: 0 });
});

/** A first error is put off for 12 s at most. */
const UNTIL_PUT_OFF_SECONDS = 13;
