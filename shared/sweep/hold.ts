import { randomUUID } from 'node:crypto';
import type { Bucket } from '../ci/bucket.ts';
import type { CiError } from '../ci/ci-error.ts';
import { untilFewer } from '../store/in-batches.ts';
import type { BucketLane } from '../throttle/bucket-lane.ts';
import type { Run } from '../throttle/run.ts';
import { BATCH_ROWS } from './batches.ts';
import type { Kind } from './claim/claim.ts';
import { giveBack, RENEW_AFTER_SECONDS, renew } from './claim/lease.ts';

/** What a worker of a sweep holds while it goes through the jobs of one kind. */
export interface Hold {
  readonly run: Run;
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

/** Runs `work` with a token of its own, and gives back whatever it still holds at the end. */
export async function withHold(
  run: Run,
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
