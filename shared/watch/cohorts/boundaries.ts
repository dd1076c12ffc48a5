import { TICK_MS } from '../../throttle/schedule.ts';
import { nextSecond, type Reading, secondOf, type Window } from './cohort.ts';

/** A cohort holds no more watches, unless they are all of one second. */
export const COHORT_WATCHES = 1000;
/** The oldest job of a cohort is at most this many times as old as its youngest. */
const OLDEST_TO_YOUNGEST = 2;
/** Below this age all jobs are checked at every tick: they may stand together. */
const YOUNG_MS = 2 * TICK_MS;

/** A part of a cohort's time, and what a reading saw in it. */
export interface Piece extends Window, Reading {}

/** What a listing of a cohort saw beside its open watches. */
export type Listed = Pick<Reading, 'listed' | 'unlisted'>;
const NOT_LISTED: Listed = { listed: undefined, unlisted: 0 };

/**
 * Where a cohort is to be cut: its window as toPieces that hold at most 1 000 watches, or one second, and jobs of one age.
 * A piece ends where the next one's oldest job begins; the first and the last reach to the cohort's own ends.
 * @param createdMs creation of its open watches, ascending
 * @param nowMs by CI's clock
 */
export function toPieces(
  window: Window,
  createdMs: readonly number[],
  nowMs: number,
  seen: Listed = NOT_LISTED,
): Piece[] {
  const cuts: { startMs: number; times: number[] }[] = [];
  let last: { startMs: number; times: number[] } | undefined;
  for (const times of bySecond(createdMs)) {
    const [first = 0] = times;
    const [oldest = first] = last?.times ?? [];
    const fits =
      last !== undefined &&
      last.times.length + times.length <= COHORT_WATCHES &&
      ageOf(oldest, nowMs) <= OLDEST_TO_YOUNGEST * ageOf(first, nowMs) + YOUNG_MS;
    if (last && fits) {
      last.times.push(...times);
    } else {
      last = { startMs: secondOf(first), times: [...times] };
      cuts.push(last);
    }
  }
  const { startMs, endMs } = window;
  if (cuts.length < 2) {
    return [
      {
        startMs,
        endMs,
        ...seen,
        open: createdMs.length,
        oldestMs: createdMs[0],
        youngestMs: createdMs.at(-1),
      },
    ];
  }
  return cuts.map(({ startMs, times }, index) => ({
    startMs: index === 0 ? window.startMs : startMs,
    endMs: cuts[index + 1]?.startMs ?? window.endMs,
    open: times.length,
    // Whose jobs the others were is not known of a part.
    listed: seen.listed === undefined ? undefined : times.length,
    unlisted: 0,
    oldestMs: times[0],
    youngestMs: times.at(-1),
  }));
}

/** The head as it is closeHead after a reading: it ends after its youngest job, and what comes later is another's. */
export function closeHead(head: Window, youngestMs: number | undefined): Window {
  return youngestMs === undefined ? head : { ...head, endMs: nextSecond(youngestMs) };
}

type Ages = Pick<Reading, 'open' | 'oldestMs' | 'youngestMs'>;

/**
 * Whether two neighbours that one run has just read become one: their jobs are of one age, and there are few enough.
 * The looser bound of `toPieces` is for cutting only: what is cut by it is never mergeNeighbours again by this one.
 */
export function mayMerge(one: Ages, other: Ages, nowMs: number): boolean {
  if (one.open === 0 || other.open === 0) return true;
  if (one.open + other.open > COHORT_WATCHES) return false;
  const oldest = ageOf(Math.min(one.oldestMs ?? nowMs, other.oldestMs ?? nowMs), nowMs);
  const youngest = ageOf(Math.max(one.youngestMs ?? nowMs, other.youngestMs ?? nowMs), nowMs);
  return oldest <= Math.max(OLDEST_TO_YOUNGEST * youngest, YOUNG_MS);
}

/** Merges neighbours, the oldest first. `row` tiles a stretch of time without a gap. */
export function mergeNeighbours(row: readonly Piece[], nowMs: number): Piece[] {
  const result: Piece[] = [];
  for (const piece of row) {
    const before = result.at(-1);
    if (before === undefined || !mayMerge(before, piece, nowMs)) {
      result.push(piece);
      continue;
    }
    result[result.length - 1] = {
      startMs: before.startMs,
      endMs: piece.endMs,
      open: before.open + piece.open,
      listed:
        before.listed === undefined || piece.listed === undefined ? undefined : before.listed + piece.listed,
      unlisted: before.unlisted + piece.unlisted,
      oldestMs: before.oldestMs ?? piece.oldestMs,
      youngestMs: piece.youngestMs ?? before.youngestMs,
    };
  }
  return result;
}

function ageOf(createdMs: number, nowMs: number): number {
  return Math.max(0, nowMs - createdMs);
}

function bySecond(createdMs: readonly number[]): number[][] {
  const seconds: number[][] = [];
  let at: number | undefined;
  for (const created of createdMs) {
    if (secondOf(created) === at) {
      seconds.at(-1)?.push(created);
      continue;
    }
    at = secondOf(created);
    seconds.push([created]);
  }
  return seconds;
}
