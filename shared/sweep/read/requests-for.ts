import { chunksOf } from '../../ci/chunks-of.ts';
import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';
import type { Asked } from './asked.ts';

/**
 * The requests in which ids are asked about, ten in each. The first tells whether CI answers at all: it asks about those
 * of which there is the least doubt, and about fewer, other ones each time, when even these failed before. Watches that failed by themselves
 * come last, together with their like: one that CI cannot answer about is alone after a few failures.
 * @param random a number in [0, 1)
 */
export function requestsFor(ids: readonly Asked[], random: number): Asked[][] {
  const sound = ids
    .filter(({ errors }) => errors === 0)
    .sort((one, other) => failuresOf(one) - failuresOf(other));
  const trial = sound[0] ? failuresOf(sound[0]) : 0;
  const first = trial > 0 ? sound.splice(Math.floor(random * sound.length), sizeAfter(trial)) : [];
  const failed = new Map<number, Asked[]>();
  for (const asked of ids) {
    const size = sizeAfter(asked.errors);
    if (asked.errors > 0) failed.set(size, [...(failed.get(size) ?? []), asked]);
  }
  return [
    ...(first.length > 0 ? [first] : []),
    ...chunksOf(sound, IDS_PER_REQUEST),
    ...[...failed].flatMap(([size, some]) => chunksOf(some, size)),
  ];
}

function failuresOf({ cohort }: Asked): number {
  return cohort?.cohort.errors ?? 0;
}

/** Half as many for each failure in a row. */
function sizeAfter(errors: number): number {
  return Math.max(1, Math.floor(IDS_PER_REQUEST / 2 ** errors));
}
