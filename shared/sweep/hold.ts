import { randomUUID } from 'node:crypto';
import type { Bucket } from '../ci/bucket.ts';
import type { CiError } from '../ci/ci-error.ts';
import { BATCH_ROWS, untilFewer } from '../store/in-batches.ts';
import type { BucketLane } from '../throttle/bucket-lane.ts';
import { ciNowMs, type Run } from '../throttle/run.ts';
import { nextCheckDelayMs } from '../throttle/schedule.ts';
import type { ApartWatch } from './apart.ts';
import type { HeldCohort } from './claim/held-cohort.ts';
import type { Claimant, Kind } from './claim/kind.ts';
import { giveBack, RENEW_AFTER_SECONDS, renew } from './claim/lease.ts';

/** What is claimed, read and settled together. */
interface Round {
  readonly cohorts: HeldCohort[];
  /** of them, those that are to be read by id */
  readonly byId: HeldCohort[];
  /** single watches that are to be read by id */
  readonly apart: ApartWatch[];
  /** nothing else of the kind was due */
  isLast: boolean;
}

/** What a worker of a sweep holds while it goes through the jobs of one kind, round by round. */
export interface Hold extends Claimant {
  readonly run: Run;
  readonly bucket: Bucket;
  readonly lane: BucketLane;
  /** buckets that this sweep asks at once: they share its memory */
  readonly bucketsAtOnce: number;
  round: Round;
  /** what would be said of every other request about this kind too: nothing more is asked */
  refusedForAll: CiError | undefined;
  /** the rate, or the time that is left, allows no further question */
  outOfTime: boolean;
  /** CI has answered a question about this kind in this run */
  answered: boolean;
  /** nothing more is to be asked: the time is up, or CI would refuse it or not answer */
  readonly isStopped: boolean;
  /** Renews the leases once a third of their time is gone. */
  readonly keepLease: () => Promise<void>;
}

/** Runs `work` with a token of its own, and gives back whatever it still holds at the end. */
export async function withHold(
  run: Run,
  { kind, lane, bucketsAtOnce }: { readonly kind: Kind } & Pick<Hold, 'lane' | 'bucketsAtOnce'>,
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
    startedAt: run.startedAt,
    lane,
    bucketsAtOnce,
    round: { cohorts: [], byId: [], apart: [], isLast: false },
    refusedForAll: undefined,
    outOfTime: false,
    answered: false,
    get isStopped() {
      const { outOfTime, refusedForAll } = hold;
      return outOfTime || lane.stopped || refusedForAll !== undefined || run.clock.now() >= run.deadlineMs;
    },
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

/** When jobs of an age are checked next, by CI's clock; of an unknown age, as if they were new. */
export function nextDelayMs(
  { run, bucket }: Pick<Hold, 'run' | 'bucket'>,
  createdMs: number | undefined,
): number {
  const nowMs = ciNowMs(run, bucket);
  return nextCheckDelayMs(nowMs - (createdMs ?? nowMs), run.clock.random());
}
