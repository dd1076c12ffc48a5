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
