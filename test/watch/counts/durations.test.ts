import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationAt, durationBucket, noDurations } from '../../../shared/watch/counts/durations.ts';

function counted(seconds: readonly number[]): number[] {
  const durations = noDurations();
  for (const each of seconds) durations[durationBucket(each)] = (durations[durationBucket(each)] ?? 0) + 1;
  return durations;
}

it('nothing took no time', () => {
  expect(durationAt(noDurations(), 0.5)).toBeNull();
});

it('a share of durations is told within a factor of 1.65, above a second and a half and below a day', () => {
  const some = fc.array(fc.integer({ min: 2, max: 86_400 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(some, fc.constantFrom(0.5, 0.95), (seconds, share) => {
      const sorted = [...seconds].sort((a, b) => a - b);
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      const told = durationAt(counted(seconds), share) ?? 0;
      expect(told / exact).toBeGreaterThan(1 / 1.66);
      expect(told / exact).toBeLessThan(1.66);
    }),
  );
});

it('what is shorter than the first bucket, and longer than the last begins, is counted too', () => {
  expect(durationBucket(0)).toBe(0);
  expect(durationBucket(1e9)).toBe(noDurations().length - 1);
  expect(durationAt(counted([0, 0, 1]), 0.95)).toBeLessThan(1.65);
});

it('what was taken back before it was counted does not spoil the others', () => {
  const durations = counted([30, 30, 30]);
  durations[0] = -2;
  expect(durationAt(durations, 0.5)).toBe(durationAt(counted([30, 30, 30]), 0.5));
});
