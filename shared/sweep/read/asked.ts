import { chunksOf } from '../../ci/chunks-of.ts';
import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import type { ApartWatch } from '../apart.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';

/** One id to be asked about: a member of a cohort, or a watch that stands apart. */
export interface Asked {
  readonly jobId: string;
  readonly createdMs: number;
  readonly group: Group;
  /** undefined for a watch that stands apart */
  readonly cohort: HeldCohort | undefined;
  /** failures in a row */
  readonly errors: number;
}

export function askedOf(cohort: HeldCohort, jobIds: Iterable<string>): Asked[] {
  return [...jobIds].flatMap((jobId) => {
    const member = cohort.members.get(jobId);
    return member
      ? [{ jobId, createdMs: member.createdMs, group: cohort.cohort.group, cohort, errors: 0 }]
      : [];
  });
}

export function askedApart({ job_id, created_ms, errors, bucket, region, tag, queue_id }: ApartWatch): Asked {
  const group = { bucket, region, tag, queue_id };
  return { jobId: job_id, createdMs: created_ms, group, cohort: undefined, errors };
}

/**
 * The requests in which ids are asked about, ten in each. The first shows whether CI answers at all: it asks about those
 * whose cohorts failed least often, and about fewer, other ones each time, when even these failed before. Watches that
 * failed by themselves come last, with others that failed as often: one that CI cannot answer about is alone after a few
 * failures. They share no request with healthy ones, though it has empty seats: they would keep those from being read.
 * @param random a number in [0, 1)
 */
export function requestsFor(ids: readonly Asked[], random: number): Asked[][] {
  const healthy = ids
    .filter(({ errors }) => errors === 0)
    .sort((one, other) => failuresOf(one) - failuresOf(other));
  const failures = healthy[0] ? failuresOf(healthy[0]) : 0;
  const first = failures > 0 ? healthy.splice(Math.floor(random * healthy.length), sizeAfter(failures)) : [];
  const failed = new Map<number, Asked[]>();
  for (const asked of ids) {
    const size = sizeAfter(asked.errors);
    if (asked.errors > 0) failed.set(size, [...(failed.get(size) ?? []), asked]);
  }
  return [
    ...(first.length > 0 ? [first] : []),
    ...chunksOf(healthy, IDS_PER_REQUEST),
    ...[...failed].flatMap(([size, some]) => chunksOf(some, size)),
  ];
}

function failuresOf({ cohort }: Asked): number {
  return cohort?.cohort.errors ?? 0;
}

/** Half as many for each failure in a row. */
function sizeAfter(errors: number): number {
  return Math.max(1, Math.floor(IDS_PER_REQUEST / 2 ** errors));
}
