import { seededRandom } from '../../../emulators/ci/control/seeded-random.ts';

/** Chance that repeats with its seed. */
export interface Dice {
  /** From 0 up to, and without, `end`. */
  below(end: number): number;
  chance(share: number): boolean;
  one<T>(list: readonly [T, ...T[]] | readonly T[]): T;
  /** One of the names, as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
}

export function dice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (end: number) => random() * end;
  function one<T>(list: readonly T[]): T {
    const found = list[Math.floor(below(list.length))];
    if (found === undefined) throw new RangeError('expected a list that is not empty');
    return found;
  }
  return {
    below,
    chance: (share) => random() < share,
    one,
    weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
      const names = Object.keys(weights) as T[];
      let left = below(names.reduce((sum, name) => sum + weights[name], 0));
      for (const name of names) {
        left -= weights[name];
        if (left < 0) return name;
      }
      return one(names);
    },
  };
}
