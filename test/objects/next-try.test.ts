import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Measured, nextTry } from '../../shared/objects/renditions/next-try.ts';

const FIT = { maxBytes: 500_000, floor: { Width: 128, Fps: 5 }, tries: 3 };

describe('the next try', () => {
  it('is none for what fits', () => {
    expect(nextTry([{ width: 320, fps: 12, bytes: 500_000 }], FIT)).toBeUndefined();
    expect(nextTry([], FIT)).toBeUndefined();
  });

  it('has fewer pictures a second first, then a smaller and even width, and never less than the floor', () => {
    const first = { width: 320, fps: 12 };
    expect(nextTry([{ ...first, bytes: 600_000 }], FIT)).toMatchObject({ Width: 320, Fps: 9.1 });
    const narrower = nextTry([{ ...first, bytes: 1_500_000 }], FIT);
    expect(narrower).toMatchObject({ Fps: 5 });
    expect(narrower?.Width).toBe(246);
    expect(nextTry([{ ...first, bytes: 1e9 }], FIT)).toMatchObject({ Width: 128, Fps: 5 });
    expect(nextTry([{ width: 128, fps: 5, bytes: 1e9 }], FIT)).toBeUndefined();
  });

  it('is the smallest once more after one that came out larger', () => {
    const results = [
      { width: 320, fps: 12, bytes: 900_000 },
      { width: 320, fps: 6, bytes: 950_000 },
    ];
    expect(nextTry(results, FIT)).toEqual({ Width: 320, Fps: 12, isLast: true });
  });

  it('ends, is never above what was tried nor below the floor, whatever a clip is like', () => {
    const clip = fc.record({
      width: fc.integer({ min: 128, max: 4096 }),
      fps: fc.double({ min: 1, max: 60, noNaN: true }),
      k: fc.double({ min: 0.05, max: 2, noNaN: true }),
      scale: fc.double({ min: 0.01, max: 1000, noNaN: true }),
      noise: fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 8, maxLength: 8 }),
    });
    const fit = fc.record({
      maxBytes: fc.integer({ min: 1000, max: 10_000_000 }),
      floor: fc.record({ Width: fc.integer({ min: 128, max: 1000 }), Fps: fc.integer({ min: 1, max: 20 }) }),
      tries: fc.integer({ min: 2, max: 6 }),
    });
    fc.assert(
      fc.property(clip, fit, ({ width, fps, k, scale, noise }, limits) => {
        const bytesAt = (w: number, f: number, place: number) =>
          Math.ceil(scale * (w * w * f) ** k * (noise[place] ?? 1));
        const results: Measured[] = [{ width, fps, bytes: bytesAt(width, fps, 0) }];
        for (;;) {
          const next = nextTry(results, limits);
          if (next === undefined) break;
          const last = results.at(-1);
          expect(next.Width).toBeGreaterThanOrEqual(Math.min(width, limits.floor.Width));
          expect(next.Fps).toBeGreaterThanOrEqual(Math.min(fps, limits.floor.Fps));
          if (!next.isLast)
            expect(next.Width * next.Width * next.Fps).toBeLessThan(
              last === undefined ? 0 : last.width ** 2 * last.fps,
            );
          results.push({
            width: next.Width,
            fps: next.Fps,
            bytes: bytesAt(next.Width, next.Fps, results.length),
          });
          if (next.isLast) break;
        }
        expect(results.length).toBeLessThanOrEqual(limits.tries + 1);
      }),
    );
  });
});
