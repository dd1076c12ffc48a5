import type { Parameters } from 'fast-check';

const RUNS: Readonly<Record<string, number>> = { short: 5000, '1': 50_000 };

const numRuns = RUNS[process.env['FUZZ'] ?? ''] ?? 500;

/** How often a property is tried: 500 times, 5 000 with `FUZZ=short`, 50 000 with `FUZZ=1`. */
export const runs: Parameters<unknown> = { numRuns };
