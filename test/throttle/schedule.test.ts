import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorDelayMs, nextCheckDelayMs } from '../../shared/throttle/schedule.ts';

const DOCUMENT = readFileSync('docs/schedule.md', 'utf8');
/** The ends and the middle of what `random` may be. */
const [LEAST, MIDDLE, MOST] = [0, 0.5, 1 - Number.EPSILON];

/** The numbers of the table under a heading, in seconds. */
function table(heading: string): number[][] {
  const [, section = ''] = DOCUMENT.split(`\n## ${heading}\n`);
  const [body = ''] = section.split('\n## ');
  const rows = [...body.matchAll(/^\|([ \d.|]+)\|$/gm)].map(([, cells = '']) => cells.split('|').map(Number));
  expect(rows.length).toBeGreaterThan(5);
  return rows;
}

describe('docs/schedule.md tells what the code does', () => {
  it.each(table('After a check that found the job open'))('age %d s', (age, ...delays) => {
    const told = [MIDDLE, LEAST, MOST].map((random) => nextCheckDelayMs(age * 1000, random) / 1000);
    expect(delays).toEqual(told);
  });

  it.each(table('After a check that failed'))('%d failures in a row', (failures, ...delays) => {
    const told = [MIDDLE, LEAST, MOST].map((random) => errorDelayMs(failures, random) / 1000);
    expect(delays).toEqual(told);
  });

  it.each(table('Checks of one job'))('a job of %d s', (seconds, checks, fewest, most, latest) => {
    const duration = seconds * 1000;
    expect([checks, fewest, most]).toEqual([
      checksOf(duration, MIDDLE),
      checksOf(duration, MOST),
      checksOf(duration, LEAST),
    ]);
    expect(latest).toBe(nextCheckDelayMs(duration, MOST) / 1000);
  });

  it('its formula has the numbers of the code', () => {
    const [, share, least, most, jitter] =
      /clamp\(age × ([\d.]+), (\d+) s, (\d+) s\)[\s\S]*?to ([\d.]+)\n/.exec(DOCUMENT)?.map(Number) ?? [];
    const age = 100_000;
    expect(nextCheckDelayMs(age, MIDDLE)).toBe(age * Number(share));
    expect(nextCheckDelayMs(0, MIDDLE)).toBe(Number(least) * 1000);
    expect(nextCheckDelayMs(1e9, MIDDLE)).toBe(Number(most) * 1000);
    expect(nextCheckDelayMs(age, LEAST)).toBe(age * Number(share) * (1 - Number(jitter)));
  });
});

describe('whatever the age', () => {
  const ages = fc.double({ min: -1e6, max: 1e12, noNaN: true });
  const chance = fc.double({ min: 0, max: MOST, noNaN: true });

  it('a check comes within the limits, a clock that is behind included', () => {
    fc.assert(
      fc.property(ages, chance, (age, random) => {
        const delay = nextCheckDelayMs(age, random);
        expect(delay).toBeGreaterThanOrEqual(8000);
        expect(delay).toBeLessThanOrEqual(360_000);
        expect(Number.isInteger(delay)).toBe(true);
      }),
    );
  });

  it('an older job never waits less', () => {
    fc.assert(
      fc.property(ages, ages, chance, (one, other, random) => {
        const [younger, older] = one < other ? [one, other] : [other, one];
        expect(nextCheckDelayMs(older, random)).toBeGreaterThanOrEqual(nextCheckDelayMs(younger, random));
      }),
    );
  });

  it('any number of failures gives a delay within the limits', () => {
    fc.assert(
      fc.property(fc.nat(), chance, (errors, random) => {
        const delay = errorDelayMs(errors, random);
        expect(delay).toBeGreaterThanOrEqual(8000);
        expect(delay).toBeLessThanOrEqual(360_000);
      }),
    );
  });
});

/** How often a job is looked at until it is seen to have ended. */
function checksOf(durationMs: number, random: number): number {
  let checks = 0;
  let ageMs = 0;
  do {
    ageMs += nextCheckDelayMs(ageMs, random);
    checks += 1;
  } while (ageMs < durationMs);
  return checks;
}
