import { IDS_PER_REQUEST } from '../ci/client/each-chunk.ts';

/** The jobs that one page of CI's list holds [doc]. */
export const JOBS_PER_PAGE = 100;

/** What is known of a group before it is read. */
export interface GroupSize {
  /** CI can list only by tag; a watch whose tag or queue is not known yet is read by id */
  readonly listable: boolean;
  /** open watches in the store */
  readonly open: number;
  /** those of them that are due */
  readonly due: number;
  /** pages of the last listing; undefined before the first */
  readonly lastPages: number | undefined;
}

export type Plan =
  | {
      readonly by: 'list' /** a listing that grows longer than this is given up */;
      readonly maxPages: number;
    }
  | { readonly by: 'id' };

/**
 * How to read a group with the fewest requests: a listing costs the pages it took last time (at first, those that our
 * own open watches fill), reading by id costs one request for ten. A listing may find jobs that are not ours: it is
 * given up once it has cost what reading by id would have.
 */
export function planGroup({ listable, open, due, lastPages }: GroupSize): Plan {
  const pages = lastPages ?? Math.ceil(open / JOBS_PER_PAGE);
  const requests = requestsById(due);
  return listable && pages < requests ? { by: 'list', maxPages: requests } : { by: 'id' };
}

/** Requests that reading so many jobs by id takes. */
export function requestsById(jobs: number): number {
  return Math.ceil(jobs / IDS_PER_REQUEST);
}
