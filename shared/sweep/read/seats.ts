import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';

/** Requests that reading so many jobs by id takes. */
export function requestsById(jobs: number): number {
  return Math.ceil(jobs / IDS_PER_REQUEST);
}

/** Seats that are left in the last of the requests for so many ids. */
export function seatsLeft(ids: number): number {
  return requestsById(ids) * IDS_PER_REQUEST - ids;
}

/** The first of these cohorts, whole ones only, that fit into the seats; they cost no request. */
export function fillSeats<C extends { readonly open: number }>(seats: number, small: readonly C[]): C[] {
  let left = seats;
  return small.filter(({ open }) => {
    if (open === 0 || open > left) return false;
    left -= open;
    return true;
  });
}
