import type { Bucket } from '../ci/bucket.ts';
import type { CiError } from '../ci/ci-error.ts';
import { isOutOfTime } from './ask-ci.ts';
import { askLane, enterLane, giveProbeBack, noteAnswered, noteFailure } from './lanes.ts';
import type { Run } from './run.ts';

/** How the questions about one bucket fare in this run. */
export interface BucketLane {
  /** they are put off: the bucket is left alone */
  stopped: boolean;
  /** it was put off before: the first question finds out whether it is answered again */
  readonly isProbe: boolean;
  readonly noteAnswer: () => Promise<void>;
  readonly noteError: (error: CiError, about: string) => Promise<void>;
  /** Gives the probe back when nothing was asked: another run finds out whether the bucket is answered. */
  readonly leave: () => Promise<void>;
}

/** Enters the lane of a bucket's questions; undefined while it is put off. */
export async function enterBucket(run: Run, bucket: Bucket): Promise<BucketLane | undefined> {
  const lane = askLane(bucket);
  const entry = await run.store.transaction((sql) => enterLane(sql, lane));
  if (entry === 'put-off') return undefined;
  // That a lane is answered need not be written while it is open.
  let noted = entry === 'open';
  let asked = false;
  const state: BucketLane = {
    stopped: false,
    isProbe: entry === 'probe',
    async noteAnswer() {
      asked = true;
      if (noted) return;
      noted = true;
      await run.store.transaction((sql) => noteAnswered(sql, lane));
    },
    async noteError(error, about) {
      if (isOutOfTime(run, error)) return;
      // A refusal is an answer too.
      if (error.kind !== 'no-answer') return await state.noteAnswer();
      noted = false;
      asked = true;
      const failure = { about, reason: error.reason, retryAfterMs: error.retryAfterMs };
      const putOff = await run.store.transaction((sql) =>
        noteFailure(sql, lane, failure, run.clock.random()),
      );
      if (putOff) state.stopped = true;
    },
    async leave() {
      if (entry === 'probe' && !asked) await run.store.transaction((sql) => giveProbeBack(sql, lane));
    },
  };
  return state;
}
