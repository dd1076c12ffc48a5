import type { Bucket } from '../../ci/bucket.ts';
import type { CiError } from '../../ci/ci-error.ts';
import type { CallOptions } from '../../ci/client/client-options.ts';
import type { CiClient } from '../../ci/client/create-client.ts';
import { LEAST_SUBMISSION_MS } from '../../ci/client/send.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { hadNoSlot } from '../no-slot.ts';
import type { Admission, Slots } from '../rate.ts';
import type { Share } from '../take-slots.ts';

export interface WatchLimits {
  /** a younger watch is never closed as Missing */
  readonly missingGraceSeconds: number;
  /** an open job older than this is told of, once */
  readonly stallAfterSeconds: number;
}

/** What a sweep did. */
export interface Tally {
  claimed: number;
  requests: { list: number; describe: number; create: number };
  changed: number;
  finished: number;
  /** of those: no event and no callback had told of the job */
  recovered: number;
  errors: number;
}

/** What the parts of one sweep share. */
export interface SweepRun {
  readonly store: Store;
  readonly ci: CiClient;
  readonly clock: Clock;
  readonly log: Log;
  /** when the sweep began, by the database's clock: only what was due then is taken */
  readonly startedAt: Date;
  /** the database's clock less ours, in milliseconds */
  readonly ahead: number;
  /** unix milliseconds by our clock */
  readonly deadlineMs: number;
  readonly slotsFor: (bucket: Bucket) => Slots;
  /** what its requests are counted as */
  readonly share: Share;
  /** of each region, how far CI's clock is ahead of the database's, in milliseconds: `ciAheadMs` reads it */
  readonly ciClocks: Map<string, number>;
  readonly limits: WatchLimits;
  readonly tally: Tally;
}

/** The database's time now. */
export function databaseNowMs(run: Pick<SweepRun, 'clock' | 'ahead'>): number {
  return run.clock.now() + run.ahead;
}

/**
 * How far CI's clock is ahead of the database's, in milliseconds, as CI's last answer of this run stated it (`Date`);
 * undefined before the first. Never more than it is; less by the second that a Date leaves out and by the answer's way.
 */
export function ciAheadMs(run: Pick<SweepRun, 'ciClocks'>, bucket: Bucket): number | undefined {
  return run.ciClocks.get(bucket.region);
}

/** Clocks that are no further apart count as one: a Date is cut to the second, and an answer takes its time. */
const CLOCKS_AGREE_MS = 3000;

/** Now by CI's clock: the ages of jobs are reckoned from their CreationTime, which is CI's. */
export function ciNowMs(run: Pick<SweepRun, 'clock' | 'ahead' | 'ciClocks'>, bucket: Bucket): number {
  const aheadMs = ciAheadMs(run, bucket) ?? 0;
  return databaseNowMs(run) + (Math.abs(aheadMs) < CLOCKS_AGREE_MS ? 0 : aheadMs);
}

const KIND = { DescribeMediaJobs: 'list', DescribeMediaJob: 'describe', CreateMediaJobs: 'create' } as const;

/**
 * Asks CI once the rate allows it, and tells when the request that was answered left, by the database's clock. With the
 * pace at which questions like it follow, the slots of the next ones are taken along.
 */
export async function askCi<T>(
  run: SweepRun,
  bucket: Bucket,
  ask: (call: CallOptions) => Promise<T>,
  { paceMs }: Pick<Admission, 'paceMs'> = {},
): Promise<{ answer: T; sentAtMs: number }> {
  const slots = run.slotsFor(bucket);
  const heeding: Promise<void>[] = [];
  let sentAtMs = 0;
  try {
    const answer = await ask({
      deadlineMs: run.deadlineMs,
      admit: async (latestMs = run.deadlineMs) => {
        await slots.admit(latestMs, { share: run.share, paceMs });
        sentAtMs = databaseNowMs(run);
      },
      onRefusal: (error) => {
        heeding.push(
          slots.heed(error).catch((cause) => run.log.warn('the rate stays as it is', { error: cause })),
        );
      },
      onExchange: ({ operation, serverTimeMs }) => {
        const kind = operation in KIND ? KIND[operation as keyof typeof KIND] : undefined;
        // Objects are asked of COS, whose clock is another.
        if (kind === undefined) return;
        run.tally.requests[kind] += 1;
        if (serverTimeMs !== undefined) run.ciClocks.set(bucket.region, serverTimeMs - databaseNowMs(run));
      },
    });
    return { answer, sentAtMs };
  } finally {
    await Promise.all(heeding);
  }
}

/** Whether CI was not asked because the time is up: what was to be asked for is given back as it was. */
export function isOutOfTime(run: SweepRun, error: CiError): boolean {
  const neverAsked = error.kind === 'no-answer' && error.withoutEffect;
  return hadNoSlot(error) || (neverAsked && run.clock.now() > run.deadlineMs - LEAST_SUBMISSION_MS);
}
