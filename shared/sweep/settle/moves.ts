import type { Settlement } from './settlement.ts';

/** So much of a settlement as one transaction writes. */
export interface Move extends Settlement {
  /** boundaries that go, of `before` */
  readonly removed: readonly number[];
}

/**
 * The first part of a settlement that is about so many rows at most, and what is left to do after it. Between the parts
 * the group stays tiled, and what is not settled yet is held: boundaries go first, so that what they parted is one cohort
 * of ours; then rows are written from the youngest to the oldest, and what is older lies in the cohort before, until that
 * is written too.
 */
export function firstMove(
  settlement: Settlement,
  rows: number,
): { move: Move; left: Settlement | undefined } {
  const { before, after, rest, headMs } = settlement;
  const starts = new Set([...after.map(({ startMs }) => startMs), rest?.startMs, headMs]);
  const removed = before.filter((startMs) => !starts.has(startMs));
  if (removed.length + after.length <= rows) return { move: { ...settlement, removed }, left: undefined };
  if (removed.length > 0) {
    const some = removed.slice(0, rows);
    return {
      move: { ...settlement, removed: some, after: [], rest: undefined, headMs: undefined },
      left: { ...settlement, before: before.filter((startMs) => !some.includes(startMs)) },
    };
  }
  const young = after.slice(-rows);
  const fromMs = young[0]?.startMs ?? Number.NEGATIVE_INFINITY;
  return {
    move: { ...settlement, removed, after: young },
    left: {
      ...settlement,
      before: before.filter((startMs) => startMs < fromMs),
      after: after.slice(0, -rows),
      rest: undefined,
      headMs: undefined,
    },
  };
}
