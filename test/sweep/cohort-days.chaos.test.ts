import { describe, expect, it } from 'vitest';
import { createModel, type ModelCohort, type ModelJob } from '../../bench/cohort-model.ts';
import { seededRandom } from '../../emulators/ci/control/seeded-random.ts';
import { TICK_MS } from '../../shared/throttle/schedule.ts';
import { COHORT_WATCHES } from '../../shared/watch/cohorts/boundaries.ts';
import { secondOf } from '../../shared/watch/cohorts/cohort.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_800_000_000_000;

/** The longest that a job of this duration may go unnoticed: a quarter of it, a fifth more, and the tick. */
function latest({ createdMs, endsMs }: ModelJob): number {
  return 1.2 * Math.max(TICK_MS, Math.min(300_000, (endsMs - createdMs) / 4)) + 2 * TICK_MS;
}

function expectSound(cohorts: readonly ModelCohort[], open: readonly ModelJob[], nowMs: number): void {
  for (const [place, cohort] of cohorts.entries()) {
    // They tile time.
    expect(cohort.startMs).toBe(place === 0 ? Number.NEGATIVE_INFINITY : cohorts[place - 1]?.endMs);
    if (cohort.oldestMs === undefined || cohort.youngestMs === undefined) continue;
    if (cohort.open > COHORT_WATCHES) expect(secondOf(cohort.oldestMs)).toBe(secondOf(cohort.youngestMs));
    const [oldest, youngest] = [nowMs - cohort.oldestMs, nowMs - cohort.youngestMs];
    expect(oldest).toBeLessThanOrEqual(2 * youngest + 2 * TICK_MS + 1000);
  }
  expect(cohorts.at(-1)?.endMs).toBe(Number.POSITIVE_INFINITY);
  expect(cohorts.length).toBeLessThanOrEqual(14 + (3 * open.length) / COHORT_WATCHES);
}

/** Runs a group for so long; `arrivals` are the jobs, by their creation. */
function follow(arrivals: readonly ModelJob[], hours: number) {
  const model = createModel(seededRandom(7));
  const waiting = [...arrivals].sort((a, b) => a.createdMs - b.createdMs);
  let requests = 0;
  let at = 0;
  for (let nowMs = START_MS; nowMs <= START_MS + hours * HOUR_MS; nowMs += TICK_MS) {
    for (let job = waiting[at]; job && job.createdMs <= nowMs; at += 1, job = waiting[at]) model.add(job);
    const { noticed, writes, ids, byId, requests: asked } = model.sweep(nowMs);
    if (writes === 0) continue;
    requests += asked;
    expectSound(model.cohorts(), model.open(), nowMs);
    for (const job of noticed) expect(nowMs - job.endsMs).toBeLessThanOrEqual(latest(job));
    // All that is read by id shares its requests; what is left over of the last is less than any small cohort that was free.
    expect(byId).toBe(Math.ceil(ids / 10));
  }
  return { requests, open: model.open().length };
}

const job = (atMs: number, lastsMs: number): ModelJob => ({
  createdMs: START_MS + atMs,
  endsMs: START_MS + atMs + lastsMs,
});

describe('a group over days: every job is noticed in its time, by few cohorts of one age', () => {
  it('a burst of 10 000 within one second', () => {
    const burst = Array.from({ length: 10_000 }, (_, index) =>
      job(5000 + (index % 1000), 60_000 + index * 100),
    );
    expect(follow(burst, 1).open).toBe(0);
  });

  it('bursts of 10 000 an hour, each within a minute', () => {
    const bursts = Array.from({ length: 3 }, (_, hour) =>
      Array.from({ length: 10_000 }, (__, index) =>
        job(hour * HOUR_MS + index * 6, 120_000 + (index % 977) * 1000),
      ),
    );
    expect(follow(bursts.flat(), 4).open).toBe(0);
  });

  it('one job an hour, for three days', () => {
    const jobs = Array.from({ length: 71 }, (_, hour) => job(hour * HOUR_MS, 30_000 * (1 + (hour % 40))));
    const { open, requests } = follow(jobs, 72);
    expect(open).toBe(0);
    expect(requests).toBeLessThan(jobs.length * 20);
  });

  it('3 000 in a paused queue for twelve hours, beside live ones', () => {
    const paused = Array.from({ length: 3000 }, (_, index) => job(index * 20, 12 * HOUR_MS));
    const live = Array.from({ length: 4000 }, (_, index) =>
      job(index * 10_000, 90_000 + (index % 13) * 20_000),
    );
    const { open, requests } = follow([...paused, ...live], 13);
    expect(open).toBe(0);
    // The paused ones cost their thirty pages every five minutes, more often at first; a live one costs about one request.
    expect(requests).toBeLessThan(1.25 * (12 * 12 * 30 + 15 * 30 + 1.05 * live.length));
  });
});
