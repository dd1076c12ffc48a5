import type { Parameters } from 'fast-check';

const FACTORS: Readonly<Record<string, number>> = { short: 10, '1': 100 };

/** How often something of chance is tried: so often, ten times as often with `FUZZ=short`, a hundred times with `FUZZ=1`. */
export function times(count: number): number {
  return count * (FACTORS[process.env['FUZZ'] ?? ''] ?? 1);
}

/** What is tried on text of chance: 500, 5 000 or 50 000 times. */
export const runs: Parameters<unknown> = { numRuns: times(500) };
