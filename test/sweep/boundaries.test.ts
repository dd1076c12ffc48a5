import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COHORT_WATCHES,
  closeHead,
  mayMerge,
  mergeNeighbours,
  toPieces,
} from '../../shared/watch/cohorts/boundaries.ts';
import { isWithin, secondOf } from '../../shared/watch/cohorts/cohort.ts';

const NOW_MS = 1_800_000_000_000;
const WHOLE = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };

/** Ages in milliseconds, as creations, ascending; some seconds have very many. */
const creations = fc
  .array(
    fc.record({
      age: fc.oneof(fc.nat(60_000), fc.nat(7_200_000), fc.integer({ min: -120_000, max: 0 })),
      times: fc.oneof(fc.constant(1), fc.nat(5), fc.integer({ min: 400, max: 1600 })),
    }),
    { maxLength: 30 },
  )
  .map((bursts) =>
    bursts
      .flatMap(({ age, times }) => Array.from({ length: times }, () => NOW_MS - age))
      .sort((a, b) => a - b),
  );

const ageOf = (ms: number) => Math.max(0, NOW_MS - ms);

describe('the toPieces of a cohort', () => {
  it('tile its window, and each watch lies in the one that counts it', () => {
    fc.assert(
      fc.property(creations, (created) => {
        const row = toPieces(WHOLE, created, NOW_MS);
        expect(row[0]?.startMs).toBe(WHOLE.startMs);
        expect(row.at(-1)?.endMs).toBe(WHOLE.endMs);
        for (const [index, piece] of row.entries()) {
          expect(piece.startMs).toBeLessThan(piece.endMs);
          if (index > 0) expect(piece.startMs).toBe(row[index - 1]?.endMs);
          const inside = created.filter((ms) => isWithin(ms, piece));
          expect(piece.open).toBe(inside.length);
          expect([piece.oldestMs, piece.youngestMs]).toEqual([inside[0], inside.at(-1)]);
        }
      }),
    );
  });

  it('hold at most 1 000, unless it is one second, and no second is split', () => {
    fc.assert(
      fc.property(creations, (created) => {
        for (const { open, startMs, oldestMs = 0, youngestMs = 0 } of toPieces(WHOLE, created, NOW_MS)) {
          if (open > COHORT_WATCHES) expect(secondOf(oldestMs)).toBe(secondOf(youngestMs));
          if (Number.isFinite(startMs)) expect(secondOf(startMs)).toBe(startMs);
        }
      }),
    );
  });

  it('hold jobs of one age: the oldest at most twice as old as the youngest, and two ticks', () => {
    fc.assert(
      fc.property(creations, (created) => {
        for (const { open, oldestMs, youngestMs } of toPieces(WHOLE, created, NOW_MS)) {
          if (open === 0 || oldestMs === undefined || youngestMs === undefined) continue;
          // Within its second the youngest may be as young as the second's end.
          expect(ageOf(oldestMs)).toBeLessThanOrEqual(2 * (ageOf(youngestMs) + 1000) + 20_000);
        }
      }),
    );
  });

  it('are few: about one for each doubling of the age and one for each 1 000', () => {
    fc.assert(
      fc.property(creations, (created) => {
        const row = mergeNeighbours(toPieces(WHOLE, created, NOW_MS), NOW_MS);
        const seconds = new Set(created.map(secondOf)).size;
        expect(row.length).toBeLessThanOrEqual(
          Math.max(1, Math.min(seconds, 12 + (3 * created.length) / 1000)),
        );
      }),
    );
  });
});

describe('neighbours', () => {
  it('that merge are of one age and few enough, and lose nothing', () => {
    fc.assert(
      fc.property(creations, (created) => {
        const row = toPieces(WHOLE, created, NOW_MS);
        const after = mergeNeighbours(row, NOW_MS);
        expect(after.reduce((sum, { open }) => sum + open, 0)).toBe(created.length);
        const starts = new Set(row.map(({ startMs }) => startMs));
        for (const piece of after) {
          expect(starts).toContain(piece.startMs);
          if (
            starts.has(piece.startMs) &&
            row.some(({ startMs, endMs }) => startMs === piece.startMs && endMs === piece.endMs)
          )
            continue;
          expect(piece.open).toBeLessThanOrEqual(COHORT_WATCHES);
          if (piece.oldestMs === undefined || piece.youngestMs === undefined) continue;
          expect(ageOf(piece.oldestMs)).toBeLessThanOrEqual(Math.max(2 * ageOf(piece.youngestMs), 20_000));
        }
        for (const [index, piece] of after.entries()) {
          const next = after[index + 1];
          if (next) expect(mayMerge(piece, next, NOW_MS)).toBe(false);
        }
      }),
    );
  });

  it.each([
    ['both young', 100, 5, 0, 5, 20, true],
    ['one much older', 100, 60, 0, 5, 29, false],
    ['at most twice as old', 100, 60, 0, 5, 30, true],
    ['too many together', 600, 60, 0, 401, 40, false],
    ['just few enough', 600, 60, 0, 400, 40, true],
  ])('%s', (_, open, oldest, __, others, youngest, merges) => {
    const one = { open, oldestMs: NOW_MS - oldest * 1000, youngestMs: NOW_MS - oldest * 1000 };
    const other = { open: others, oldestMs: NOW_MS - youngest * 1000, youngestMs: NOW_MS - youngest * 1000 };
    expect(mayMerge(one, other, NOW_MS)).toBe(merges);
    expect(mayMerge(other, one, NOW_MS)).toBe(merges);
  });

  it('that grow older together may still be mergeNeighbours: what was of one age stays so', () => {
    fc.assert(
      fc.property(fc.nat(3_600_000), fc.nat(3_600_000), fc.nat(86_400_000), (one, other, later) => {
        const ages = (ms: number) => ({ open: 1, oldestMs: NOW_MS - ms, youngestMs: NOW_MS - ms });
        if (!mayMerge(ages(one), ages(other), NOW_MS)) return;
        const both =
          Math.max(one, other) + later <= Math.max(2 * (Math.min(one, other) + later), 20_000 + later);
        expect(both).toBe(true);
      }),
    );
  });
});

describe('the head', () => {
  it('is closeHead behind its youngest job, whose second is whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (age) => {
        const { endMs } = closeHead(WHOLE, NOW_MS - age);
        expect(endMs).toBeGreaterThan(NOW_MS - age);
        expect(endMs).toBeLessThanOrEqual(NOW_MS - age + 1000);
        expect(secondOf(endMs)).toBe(endMs);
      }),
    );
  });

  it('stays open while it has none', () => {
    expect(closeHead(WHOLE, undefined)).toEqual(WHOLE);
  });
});
