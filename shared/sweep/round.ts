import type { ApartWatch } from './apart.ts';
import type { HeldCohort } from './claim/held-cohort.ts';
import type { Asked } from './read/read-by-id.ts';

/** What a round of a sweep has claimed, and read as far as it is listed. */
export interface Round {
  readonly cohorts: HeldCohort[];
  /** of them, those that are to be read by id */
  readonly byId: HeldCohort[];
  /** single watches that are to be read by id */
  readonly apart: ApartWatch[];
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
