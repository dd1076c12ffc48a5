import type { Bucket } from '../ci/bucket.ts';
import { InvalidField, show } from '../ci/invalid-field.ts';

/** The bucket that a request names by `bucket` or `region`, or the default; only configured ones are served. */
export function bucketOf(
  { bucket, region }: { readonly bucket?: string | undefined; readonly region?: string | undefined },
  buckets: readonly [Bucket, ...Bucket[]],
): Bucket {
  if (bucket === undefined && region === undefined) return buckets[0];
  const named = buckets.find(
    (known) => known.name === (bucket ?? known.name) && known.region === (region ?? known.region),
  );
  if (named) return named;
  const names = buckets.map((known) => `${known.name} in ${known.region}`).join(', ');
  const got = [bucket, region].filter((part) => part !== undefined).join(' in ');
  throw new InvalidField(bucket === undefined ? 'region' : 'bucket', `one of ${names}`, show(got));
}
