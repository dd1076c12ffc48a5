import type { ApartWatch } from './apart.ts';
import type { HeldCohort } from './claim/held-cohort.ts';

/** What a round of a sweep has claimed, and read as far as it is listed. */
export interface Round {
  readonly cohorts: HeldCohort[];
  /** of them, those that are to be read by id */
  readonly byId: HeldCohort[];
  /** single watches that are to be read by id */
  readonly apart: ApartWatch[];
}
