import type { Bucket } from '../ci/bucket.ts';
import type { CiError } from '../ci/ci-error.ts';
import type { CallOptions } from '../ci/client/client-options.ts';
import { LEAST_SUBMISSION_MS } from '../ci/client/send.ts';
import { isNoSlot } from './no-slot.ts';
import type { Admission, FreeSlot } from './rate.ts';
import { databaseNowMs, type Run } from './run.ts';

const KIND = { DescribeMediaJobs: 'list', DescribeMediaJob: 'describe', CreateMediaJobs: 'create' } as const;

export interface Asking extends Pick<Admission, 'paceMs'> {
  /** the first request's, if it may be used yet */
  readonly slot?: FreeSlot | undefined;
}

/**
 * Asks CI once the rate allows it, and returns when the request that was answered left, by the database's clock. With the
 * pace at which questions like it follow, the slots of the next ones are taken along.
 */
export async function askCi<T>(
  run: Run,
  bucket: Bucket,
  ask: (call: CallOptions) => Promise<T>,
  { paceMs, slot }: Asking = {},
): Promise<{ answer: T; sentAtMs: number }> {
  const slots = run.slotsFor(bucket);
  const slowingDown: Promise<void>[] = [];
  let sentAtMs = 0;
  let unused = slot;
  try {
    const answer = await ask({
      deadlineMs: run.deadlineMs,
      admit: async (latestMs = run.deadlineMs) => {
        const isFree = unused?.() === true;
        unused = undefined;
        if (!isFree) await slots.admit(latestMs, { share: run.share, paceMs });
        sentAtMs = databaseNowMs(run);
      },
      onRefusal: (error) => {
        slowingDown.push(
          slots.slowDown(error).catch((cause) =>
            run.log.warn(
              'CI asked for fewer requests, and the rate could not be lowered: the next refusal tries again',
              {
                refusal: error.code,
                retryAfterMs: error.retryAfterMs,
                bucket: bucket.name,
                region: bucket.region,
                error: cause,
              },
            ),
          ),
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
    await Promise.all(slowingDown);
  }
}

/** Whether CI was not asked because the time is up: what was to be read is given back as it was. */
export function isOutOfTime(run: Run, error: CiError): boolean {
  const neverAsked = error.kind === 'no-answer' && error.withoutEffect;
  return isNoSlot(error) || (neverAsked && run.clock.now() > run.deadlineMs - LEAST_SUBMISSION_MS);
}
