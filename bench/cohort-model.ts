import { fillSeats, JOBS_PER_PAGE, planGroup, requestsById, seatsLeft } from '../shared/sweep/read/plan.ts';
import { mergeable } from '../shared/sweep/read/row.ts';
import { nextCheckDelayMs, TICK_MS } from '../shared/throttle/schedule.ts';
import { closeHead, mergeNeighbours, type Piece, toPieces } from '../shared/watch/cohorts/boundaries.ts';
import type { Reading, Window } from '../shared/watch/cohorts/cohort.ts';

/*
 * A group on paper: the functions that decide are those of the sweep, and stand here without their database. One sweep a
 * tick, everything is read at once, and what is claimed is known to the job.
 */

export interface ModelCohort extends Window, Reading {
  readonly dueMs: number;
}

export interface ModelJob {
  readonly createdMs: number;
  readonly endsMs: number;
}

/** What one sweep did. */
export interface ModelSweep {
  readonly requests: number;
  /** requests by id, of them */
  readonly byId: number;
  readonly ids: number;
  /** rows of cohorts that were written */
  readonly writes: number;
  /** jobs that were found to have ended */
  readonly noticed: readonly ModelJob[];
}

const UNREAD = { open: 0, listed: undefined, unlisted: 0, oldestMs: undefined, youngestMs: undefined };
const NONE: ModelSweep = { requests: 0, byId: 0, ids: 0, writes: 0, noticed: [] };

export function createModel(random: () => number) {
  let open: ModelJob[] = [];
  let row: ModelCohort[] = [
    {
      startMs: Number.NEGATIVE_INFINITY,
      endMs: Number.POSITIVE_INFINITY,
      ...UNREAD,
      dueMs: Number.POSITIVE_INFINITY,
    },
  ];

  /** Reads what is due. */
  function sweep(nowMs: number): ModelSweep {
    if (!row.some(({ dueMs }) => dueMs <= nowMs)) return NONE;
    const members = row.map(({ startMs, endMs }) =>
      open.slice(firstFrom(open, startMs), firstFrom(open, endMs)),
    );
    const { read, pages, ids, byId } = readDue(members, nowMs);
    const gone = new Set<ModelJob>();
    for (const place of read.keys()) {
      for (const job of members[place] ?? []) if (job.endsMs <= nowMs) gone.add(job);
    }
    if (gone.size > 0) open = open.filter((job) => !gone.has(job));
    const writes = settle(members, gone, read, nowMs);
    return { requests: pages + byId, byId, ids, writes, noticed: [...gone] };
  }

  /** @returns places that were read, with the jobs that a listing saw there */
  function readDue(members: readonly (readonly ModelJob[])[], nowMs: number) {
    const wanted = new Set(row.flatMap(({ dueMs }, place) => (dueMs <= nowMs ? [place] : [])));
    const planned = () =>
      row.map((cohort, place) => ({
        ...cohort,
        open: wanted.has(place) ? (members[place]?.length ?? 0) : cohort.open,
        wanted: wanted.has(place),
        free: !wanted.has(place) && place < row.length - 1,
      }));
    for (const place of mergeable(planned(), nowMs)) wanted.add(place);
    const plan = planGroup(planned(), false);
    const read = new Map<number, number | undefined>();
    let [pages, ids] = [0, 0];
    for (const { from, to } of plan.listings) {
      let listed = 0;
      for (let place = from; place <= to; place += 1) {
        const running = (members[place] ?? []).filter(({ endsMs }) => endsMs > nowMs).length;
        listed += running;
        ids += (members[place]?.length ?? 0) - running;
        read.set(place, running);
      }
      pages += Math.max(1, Math.ceil(listed / JOBS_PER_PAGE));
    }
    for (const place of plan.byId) {
      ids += members[place]?.length ?? 0;
      read.set(place, undefined);
    }
    const small = row
      .map((cohort, place) => ({ ...cohort, place }))
      .filter(({ place }) => !read.has(place) && place < row.length - 1)
      .sort((a, b) => a.dueMs - b.dueMs);
    for (const { place } of fillSeats(seatsLeft(ids), small)) {
      ids += members[place]?.length ?? 0;
      read.set(place, undefined);
    }
    return { read, pages, ids, byId: requestsById(ids) };
  }

  function settle(
    members: readonly (readonly ModelJob[])[],
    gone: ReadonlySet<ModelJob>,
    read: ReadonlyMap<number, number | undefined>,
    nowMs: number,
  ): number {
    const next: ModelCohort[] = [];
    let stretch: Piece[] = [];
    let writes = 0;
    const close = () => {
      for (const piece of mergeNeighbours(stretch, nowMs)) {
        // Its lease, and its next check.
        writes += 2;
        const delayMs = nextCheckDelayMs(nowMs - (piece.youngestMs ?? piece.endMs), random());
        next.push({ ...piece, dueMs: nowMs + delayMs });
      }
      stretch = [];
    };
    for (const [place, cohort] of row.entries()) {
      if (!read.has(place)) {
        close();
        next.push(cohort);
        continue;
      }
      const left = (members[place] ?? []).filter((job) => !gone.has(job)).map(({ createdMs }) => createdMs);
      left.sort((a, b) => a - b);
      const isHead = place === row.length - 1;
      const window = isHead ? closeHead(cohort, left.at(-1)) : cohort;
      if (!isHead || left.length > 0) {
        stretch.push(...toPieces(window, left, nowMs, { listed: read.get(place), unlisted: 0 }));
      }
      if (!isHead) continue;
      close();
      writes += 1;
      const startMs = left.length === 0 ? cohort.startMs : window.endMs;
      next.push({ startMs, endMs: cohort.endMs, ...UNREAD, dueMs: Number.POSITIVE_INFINITY });
    }
    close();
    row = withoutEmpty(next);
    return writes;
  }

  return {
    cohorts: (): readonly ModelCohort[] => row,
    open: (): readonly ModelJob[] => open,
    /** A watch that was just added, younger than those before: the head is due one tick after its first. Rows that were written. */
    add(job: ModelJob): number {
      open.push(job);
      const head = row.at(-1);
      if (head === undefined || head.dueMs <= job.createdMs + TICK_MS) return 0;
      row[row.length - 1] = { ...head, dueMs: job.createdMs + TICK_MS };
      return 1;
    },
    sweep,
  };
}

/** What holds nothing goes with its neighbour: the older one, else the younger. */
function withoutEmpty(row: readonly ModelCohort[]): ModelCohort[] {
  const result = [...row];
  for (let place = result.length - 2; place >= 0; place -= 1) {
    const cohort = result[place];
    if (!cohort || cohort.open > 0) continue;
    const before = result[place - 1];
    const after = result[place + 1];
    if (before) result.splice(place - 1, 2, { ...before, endMs: cohort.endMs });
    else if (after) result.splice(place, 2, { ...after, startMs: cohort.startMs });
  }
  return result;
}

/** Where the first job stands that was created at or after a moment; they stand in the order of their creation. */
function firstFrom(jobs: readonly ModelJob[], ms: number): number {
  let [low, high] = [0, jobs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((jobs[middle]?.createdMs ?? Number.POSITIVE_INFINITY) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
