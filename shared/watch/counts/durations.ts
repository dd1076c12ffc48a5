/** Durations are counted in so many buckets; the last one has no end. */
const DURATION_BUCKETS = 24;
/** Each bucket ends at so many times the end of the one before; the first ends there in seconds. */
const BUCKET_GROWTH = 1.65;

/** How many jobs took how long, bucket by bucket. */
export type Durations = readonly number[];

export function noDurations(): number[] {
  return Array.from({ length: DURATION_BUCKETS }, () => 0);
}

/** The bucket that a duration lies in. */
export function durationBucket(seconds: number): number {
  let bucket = 0;
  while (bucket < DURATION_BUCKETS - 1 && seconds >= endOf(bucket)) bucket += 1;
  return bucket;
}

/**
 * The duration, in seconds, that a share of the jobs did not exceed; null when there is none. Within a bucket they are
 * taken to be spread evenly over the logarithm, so that it is off by a factor of 1.65 at most.
 * @param share 0.5 for the median
 */
export function durationAt(durations: Durations, share: number): number | null {
  // What was taken back before it was counted stands below 0 for a moment.
  const counts = durations.map((count) => Math.max(0, count));
  const all = counts.reduce((sum, count) => sum + count, 0);
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= share * all) return within(bucket, (share * all - before) / count);
    before += count;
  }
  return null;
}

function within(bucket: number, share: number): number {
  const seconds = bucket === 0 ? endOf(0) * share : endOf(bucket - 1) * BUCKET_GROWTH ** share;
  return Math.round(seconds * 10) / 10;
}

function endOf(bucket: number): number {
  return BUCKET_GROWTH ** (bucket + 1);
}
