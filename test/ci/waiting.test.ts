import { describe, expect, it } from 'vitest';
import { CiError } from '../../shared/ci/ci-error.ts';
import { parseRetryAfter } from '../../shared/ci/client/retry-after.ts';
import { retryDelayMs } from '../../shared/ci/client/retry-delay.ts';
import { waitForJobs } from '../../shared/ci/wait-for-jobs.ts';

const bucket = { name: 'media-1250000000', region: 'ap-guangzhou' };

/** A clock that moves only when somebody sleeps. */
function virtualClock() {
  let nowMs = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => nowMs,
    sleep: async (ms: number) => {
      pauses.push(ms);
      nowMs += ms;
    },
  };
}

/** Answers the states in turn, the last one for ever. */
function answering(...states: string[]) {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    async describeJobs(_: unknown, jobIds: readonly string[]) {
      const State = states[Math.min(asked.length, states.length - 1)] ?? '';
      asked.push(jobIds);
      return { JobsDetail: jobIds.map((JobId) => ({ JobId, State })), NonExistJobIds: [] };
    },
  };
}

describe('waiting for a job', () => {
  const options = { deadlineMs: 30_000, waitMs: 20_000 };

  it('asks again after 0.5 s, then ever later, up to 3 s', async () => {
    const clock = virtualClock();
    await waitForJobs(answering('Running'), bucket, ['j1'], { ...options, ...clock });
    expect(clock.pauses.slice(0, 7)).toEqual([500, 750, 1125, 1687.5, 2531.25, 3000, 3000]);
    expect(clock.now()).toBe(20_000);
  });

  it('stops as soon as the job has ended', async () => {
    const clock = virtualClock();
    const ci = answering('Submitted', 'Running', 'Success');
    const { jobs } = await waitForJobs(ci, bucket, ['j1'], { ...options, ...clock });
    expect(jobs.JobsDetail).toEqual([{ JobId: 'j1', State: 'Success' }]);
    expect(ci.asked).toHaveLength(3);
  });

  it('asks at the end once more, and answers with what it has then', async () => {
    const clock = virtualClock();
    const ci = answering('Pause');
    const { jobs } = await waitForJobs(ci, bucket, ['j1'], { ...options, ...clock, waitMs: 600 });
    expect(jobs.JobsDetail).toEqual([{ JobId: 'j1', State: 'Pause' }]);
    expect(clock.pauses).toEqual([500, 100]);
    expect(ci.asked).toHaveLength(3);
  });

  it('asks again only about what is open', async () => {
    const asked: (readonly string[])[] = [];
    const describeJobs = async (_: unknown, jobIds: readonly string[]) => {
      asked.push(jobIds);
      const stateOf = (id: string) =>
        id === 'j3' || (id === 'j2' && asked.length === 1) ? 'Running' : 'Success';
      return { JobsDetail: jobIds.map((JobId) => ({ JobId, State: stateOf(JobId) })), NonExistJobIds: [] };
    };
    const waited = { ...options, ...virtualClock(), waitMs: 1000 };
    const { jobs } = await waitForJobs({ describeJobs }, bucket, ['j1', 'j2', 'j3'], waited);
    expect(asked).toEqual([['j1', 'j2', 'j3'], ['j2', 'j3'], ['j3']]);
    expect(jobs.JobsDetail.map(({ State }) => State)).toEqual(['Success', 'Success', 'Running']);
  });

  it('keeps what it has when a later question fails, and asks again', async () => {
    const clock = virtualClock();
    const answers = answering('Running', 'Running', 'Success');
    let asked = 0;
    const describeJobs = async (bucket: unknown, ids: readonly string[]) => {
      asked += 1;
      if (asked === 2) {
        throw new CiError({ kind: 'no-answer', code: 'NoAnswer', message: '', withoutEffect: false });
      }
      return answers.describeJobs(bucket, ids);
    };
    const { jobs } = await waitForJobs({ describeJobs }, bucket, ['j1'], { ...options, ...clock });
    expect(jobs.JobsDetail).toEqual([{ JobId: 'j1', State: 'Success' }]);
  });

  it('ends with an error that no question would escape', async () => {
    let asked = 0;
    const describeJobs = async (_: unknown, ids: readonly string[]) => {
      asked += 1;
      if (asked > 1)
        throw new CiError({ kind: 'denied', code: 'AccessDenied', message: '', withoutEffect: true });
      return { JobsDetail: ids.map((JobId) => ({ JobId, State: 'Running' })), NonExistJobIds: [] };
    };
    const waiting = waitForJobs({ describeJobs }, bucket, ['j1'], { ...options, ...virtualClock() });
    await expect(waiting).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('leaves two seconds before the deadline for the last answer', async () => {
    const clock = virtualClock();
    await waitForJobs(answering('Pause'), bucket, ['j1'], { waitMs: 20_000, deadlineMs: 5000, ...clock });
    expect(clock.now()).toBe(3000);
  });
});

describe('a retry', () => {
  it.each([
    [1, 100, 200],
    [2, 200, 400],
    [3, 400, 800],
  ])('after %i failures comes after between %i and %i ms', (failed, least, most) => {
    expect(retryDelayMs(failed, undefined, 0)).toBe(least);
    expect(retryDelayMs(failed, undefined, 0.999_999)).toBeCloseTo(most, 2);
  });

  it('comes when Retry-After says', () => {
    expect(retryDelayMs(1, 7000, 0.5)).toBe(7000);
    expect(parseRetryAfter('7', 0)).toBe(7000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 2000)).toBe(7000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:01 GMT', 2000)).toBe(0);
    expect(parseRetryAfter('soon', 0)).toBeUndefined();
    expect(parseRetryAfter(undefined, 0)).toBeUndefined();
  });
});
