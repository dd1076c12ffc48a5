import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstMove } from '../../shared/sweep/settle/moves.ts';
import type { NextCohort, Settlement } from '../../shared/sweep/settle/settlement.ts';

const GROUP = { bucket: 'media-1250000000', region: 'ap-guangzhou', tag: 'Animation', queue_id: 'p1' };

function next(startMs: number): NextCohort {
  return {
    startMs,
    open: 1,
    listed: undefined,
    unlisted: 0,
    oldestMs: startMs,
    youngestMs: startMs,
    delayMs: 1,
  };
}

/** Neighbours of which some go and others are cut, with a head, a rest or neither behind them. */
const settlements = fc
  .record({
    before: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 30 }),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 30 }),
    behind: fc.constantFrom('head', 'rest', 'nothing'),
  })
  .map(({ before, cuts, behind }): Settlement => {
    const ascending = (starts: readonly number[]) => [...starts].sort((a, b) => a - b);
    return {
      group: GROUP,
      before: [0, ...ascending(before)],
      after: [0, ...ascending(cuts)].map(next),
      rest: behind === 'rest' ? { startMs: 100, dueMs: 0, kept: true } : undefined,
      headMs: behind === 'head' ? 100 : undefined,
      moves: true,
    };
  });

/** The rows of the stretch as they are stored: those that nobody has written yet are held. */
function storeOf({ before }: Settlement) {
  const rows = new Map<number, 'held' | 'written'>(before.map((startMs) => [startMs, 'held']));
  return {
    rows,
    /** What becomes of the row that covers a moment. */
    at: (ms: number) => rows.get(Math.max(...[...rows.keys()].filter((startMs) => startMs <= ms))),
  };
}

it('a settlement in parts writes what it would have written at once, never more than so many rows at a time', () => {
  fc.assert(
    fc.property(settlements, fc.integer({ min: 1, max: 20 }), (settlement, most) => {
      const { rows } = storeOf(settlement);
      for (let left: Settlement | undefined = settlement; left !== undefined; ) {
        const { move, left: later } = firstMove(left, most);
        expect(move.removed.length + move.after.length).toBeLessThanOrEqual(most);
        for (const startMs of move.before) expect(rows.get(startMs)).toBe('held');
        for (const startMs of move.removed) rows.delete(startMs);
        for (const { startMs } of move.after) rows.set(startMs, 'written');
        if (move.headMs !== undefined) rows.set(move.headMs, 'written');
        if (move.rest) rows.set(move.rest.startMs, 'written');
        left = later;
      }
      const { after, rest, headMs } = settlement;
      const starts = [...after.map(({ startMs }) => startMs), rest?.startMs ?? headMs ?? 0];
      expect([...rows].sort(([a], [b]) => a - b)).toEqual(
        [...new Set(starts)].sort((a, b) => a - b).map((startMs) => [startMs, 'written']),
      );
    }),
  );
});

it('between the parts what is not settled yet lies in a cohort that is held', () => {
  fc.assert(
    fc.property(settlements, fc.integer({ min: 1, max: 20 }), (settlement, most) => {
      const { rows, at } = storeOf(settlement);
      const unwritten = new Set(settlement.after.map(({ startMs }) => startMs));
      for (let left: Settlement | undefined = settlement; left !== undefined; ) {
        const { move, left: later } = firstMove(left, most);
        for (const startMs of move.removed) rows.delete(startMs);
        for (const { startMs } of move.after) {
          rows.set(startMs, 'written');
          unwritten.delete(startMs);
        }
        for (const startMs of unwritten) expect(at(startMs)).toBe('held');
        left = later;
      }
    }),
  );
});
