import { randomUUID } from 'node:crypto';
import type { Bucket } from '../../ci/bucket.ts';
import type { CiError } from '../../ci/ci-error.ts';
import { untilFewer } from '../../store/in-batches.ts';
import { askLane, enterLane, giveProbeBack, noteAnswered, noteFailure } from '../lanes.ts';
import { BATCH_ROWS } from './batches.ts';
import type { Kind } from './claim.ts';
import { giveBack, RENEW_AFTER_SECONDS, renew } from './lease.ts';
import { isOutOfTime, type SweepRun } from './sweep-run.ts';

/** What a worker of a sweep holds while it goes through the jobs of one kind. */
export interface Hold {
  readonly run: SweepRun;
  readonly kind: Kind;
  readonly bucket: Bucket;
  readonly token: string;
  /** what would be said of every other request about this kind too: nothing more is asked */
  refusedForAll: CiError | undefined;
  /** the rate, or the time that is left, allows no further question */
  outOfTime: boolean;
  /** CI has answered a question about this kind in this run */
  answered: boolean;
  readonly lane: BucketLane;
  /** buckets that this sweep asks at once: they share its memory */
  readonly buckets: number;
  /** Renews the leases once a third of their time is gone. */
  readonly keepLease: () => Promise<void>;
}

/** How the questions about one bucket fare in this run. */
export interface BucketLane {
  /** they are put off: the bucket is left alone */
  stopped: boolean;
  /** it was put off before: the first question finds out whether it is answered again */
  readonly isProbe: boolean;
  readonly noteAnswer: () => Promise<void>;
  readonly noteError: (error: CiError, about: string) => Promise<void>;
  /** Lets somebody else find out when nothing was asked. */
  readonly leave: () => Promise<void>;
}

/** Enters the lane of a bucket's questions; undefined while it is put off. */
export async function enterBucket(run: SweepRun, bucket: Bucket): Promise<BucketLane | undefined> {
  const lane = askLane(bucket);
  const entry = await run.store.transaction((sql) => enterLane(sql, lane));
  if (entry === 'put-off') return undefined;
  // What nobody has complained of need not be noted.
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

/** Runs `work` with a token of its own, and gives back whatever it still holds at the end. */
export async function withHold(
  run: SweepRun,
  kind: Kind,
  { lane, buckets }: Pick<Hold, 'lane' | 'buckets'>,
  work: (hold: Hold) => Promise<void>,
): Promise<void> {
  const token = randomUUID();
  const nextMs = () => run.clock.now() + RENEW_AFTER_SECONDS * 1000;
  let dueMs = nextMs();
  const hold: Hold = {
    run,
    kind,
    bucket: { name: kind.bucket, region: kind.region },
    token,
    refusedForAll: undefined,
    outOfTime: false,
    answered: false,
    lane,
    buckets,
    async keepLease() {
      if (run.clock.now() < dueMs) return;
      dueMs = nextMs();
      await untilFewer(BATCH_ROWS, (rows) => run.store.transaction((sql) => renew(sql, token, rows)));
    },
  };
  try {
    await work(hold);
  } finally {
    await untilFewer(BATCH_ROWS, (rows) => run.store.transaction((sql) => giveBack(sql, token, rows)));
  }
}

/** Whether nothing more is to be asked: the time is up, or CI would refuse it or not answer. */
export function isStopped({ run, lane, refusedForAll, outOfTime }: Hold): boolean {
  return outOfTime || lane.stopped || refusedForAll !== undefined || run.clock.now() >= run.deadlineMs;
}
