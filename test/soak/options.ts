import { parseArgs } from 'node:util';

export interface SoakOptions {
  /** What is done, to what and in which order follows from it alone. */
  readonly seed: number;
  /** For how long things are written and broken; what it takes until all is quiet comes on top. */
  readonly minutes: number;
  /** Leave the folder with data and logs behind. */
  readonly keep: boolean;
}

const MAX_SEED = 0xffffffff;

/** `--seed 7 --minutes 10 --keep`. @throws Error in one sentence */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string' }, minutes: { type: 'string' }, keep: { type: 'boolean' } },
  });
  const seed = values.seed === undefined ? Date.now() % MAX_SEED : Number(values.seed);
  const minutes = Number(values.minutes ?? '1');
  if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
    throw new Error(`--seed: expected a whole number from 0 to ${MAX_SEED}, got ${values.seed}`);
  }
  if (!(minutes > 0)) throw new Error(`--minutes: expected a number over 0, got ${values.minutes}`);
  return { seed, minutes, keep: values.keep ?? false };
}
