import type { Job, JobState, Outcome } from './job.ts';

/** Submitted for `queuedMs`, then Running for `runningMs`, then ended. */
export function stateByTime(
  ageMs: number,
  { queuedMs, runningMs }: { queuedMs: number; runningMs: number },
  outcome: Outcome,
): JobState {
  if (ageMs < queuedMs) return 'Submitted';
  return ageMs < queuedMs + runningMs ? 'Running' : outcome;
}

/** `n` answers tell of an open job, the first of them Submitted; every later one tells of its end. */
export function stateByAsks(asks: number, n: number, outcome: Outcome): JobState {
  if (asks >= n) return outcome;
  return asks === 0 ? 'Submitted' : 'Running';
}

/** The job in its new state, or `undefined` when that is where it is; a Running job never goes back to Submitted. */
export function movedTo(
  job: Job,
  state: JobState,
  now: number,
  code?: string,
  message?: string,
): Job | undefined {
  if (state === job.State || (state === 'Submitted' && job.State === 'Running')) return undefined;
  const failed = state === 'Failed';
  return {
    ...job,
    State: state,
    Code: failed ? (code ?? 'InternalError') : 'Success',
    Message: failed ? (message ?? 'The job failed.') : '',
    ...(state === 'Submitted' || state === 'Pause' || state === 'Cancel'
      ? {}
      : { StartedAt: job.StartedAt ?? now }),
    ...(state === 'Success' || failed || state === 'Cancel' ? { EndedAt: now } : {}),
  };
}
