import { nextCheckDelayMs } from '../../throttle/schedule.ts';
import { closeHead, mergeNeighbours, type Piece, toPieces } from '../../watch/cohorts/boundaries.ts';
import { type Group, groupKey, nextSecond } from '../../watch/cohorts/cohort.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';

/** What becomes of a cohort, or of a part of it. */
export interface NextCohort {
  readonly startMs: number;
  readonly open: number;
  /** undefined when it was not listed */
  readonly listed: number | undefined;
  readonly unlisted: number;
  readonly oldestMs: number | undefined;
  readonly youngestMs: number | undefined;
  readonly delayMs: number;
}

/** A stretch of neighbours that the token holds, and what is to stand in its place. */
export interface Settlement {
  readonly group: Group;
  /** where the cohorts of the stretch start, the oldest first */
  readonly before: readonly number[];
  /** the same time, tiled anew */
  readonly after: readonly NextCohort[];
  /** where that begins which was not read and is due as it was; undefined when all was */
  readonly rest: { readonly startMs: number; readonly dueMs: number; readonly kept: boolean } | undefined;
  /** where the new head begins; undefined when the stretch has not the head */
  readonly headMs: number | undefined;
  /** it is not enough to write the rows as they are: a boundary moves, or a cohort is empty */
  readonly moves: boolean;
}

/** What settles a cohort beside what was read. */
export interface SettleTerms {
  /** by CI's clock */
  readonly nowMs: number;
  /** what was not read is still to be read under this lease */
  readonly keepsRest: boolean;
  /** numbers in [0, 1) */
  readonly random: () => number;
}

/** What is to become of cohorts that were read, wholly or up to a moment: a settlement for each stretch of neighbours. */
export function toSettlements(cohorts: readonly HeldCohort[], terms: SettleTerms): Settlement[] {
  return stretchesOf(cohorts.filter(wasRead)).map((stretch) => toSettlement(stretch, terms));
}

function wasRead({ cohort, error, unreadFromMs }: HeldCohort): boolean {
  return error === undefined && (unreadFromMs === undefined || unreadFromMs > cohort.startMs);
}

/** Neighbours that were read, the oldest first. Behind what was not read another stretch begins. */
function stretchesOf(cohorts: readonly HeldCohort[]): HeldCohort[][] {
  const sorted = [...cohorts].sort((a, b) => (a.cohort.startMs < b.cohort.startMs ? -1 : 1));
  const stretches = new Map<string, HeldCohort[][]>();
  for (const held of sorted) {
    const key = groupKey(held.cohort.group);
    const ofGroup = stretches.get(key) ?? [];
    stretches.set(key, ofGroup);
    const before = ofGroup.at(-1);
    const last = before?.at(-1);
    if (before && last && last.unreadFromMs === undefined && last.cohort.endMs === held.cohort.startMs) {
      before.push(held);
    } else {
      ofGroup.push([held]);
    }
  }
  return [...stretches.values()].flat();
}

function toSettlement(stretch: readonly HeldCohort[], { nowMs, keepsRest, random }: SettleTerms): Settlement {
  const row: Piece[] = [];
  let headMs: number | undefined;
  let rest: Settlement['rest'];
  for (const held of stretch) {
    const { cohort, open, unreadFromMs, listed } = held;
    const endMs = unreadFromMs ?? cohort.endMs;
    if (unreadFromMs !== undefined) {
      rest = { startMs: unreadFromMs, dueMs: cohort.dueMs, kept: keepsRest };
    }
    const isHead = endMs === Number.POSITIVE_INFINITY;
    // A job from the future stays in the head: else every new one would fall behind it, and wait for others' checks.
    const untilMs = isHead ? nextSecond(nowMs) : endMs;
    // A job of which CI now states another creation lies elsewhere: that boundary is not ours.
    const created = [...open.values()]
      .filter((ms) => ms >= cohort.startMs && ms < untilMs)
      .sort((a, b) => a - b);
    const window = isHead ? closeHead(cohort, created.at(-1)) : { startMs: cohort.startMs, endMs };
    if (isHead) headMs = created.length === 0 ? cohort.startMs : window.endMs;
    if (!isHead || created.length > 0)
      row.push(...toPieces(window, created, nowMs, { listed, unlisted: countUnlisted(held) }));
  }
  const [first] = stretch;
  if (first === undefined) throw new Error('expected a stretch of cohorts, got none');
  const after = mergeNeighbours(row, nowMs).map(({ endMs, ...piece }) => ({
    ...piece,
    delayMs: nextCheckDelayMs(nowMs - (piece.youngestMs ?? endMs), random()),
  }));
  const before = stretch.map(({ cohort }) => cohort.startMs);
  const isSame =
    before.length === after.length &&
    after.every(({ open, startMs }, place) => open > 0 && startMs === before[place]);
  const moves = rest !== undefined || headMs !== undefined || !isSame;
  return { group: first.cohort.group, before, after, rest, headMs, moves };
}

/** What a listing missed and is open all the same: it will be missed again. What has ended is no loss. */
function countUnlisted({ missed, open }: HeldCohort): number {
  return [...missed].filter((jobId) => open.has(jobId)).length;
}
