import type { BucketPlace } from './open-bucket.ts';

/** The bucket that is always there, and answers on a bare address. */
export const DEFAULT_BUCKET = {
  bucket: 'media-1250000000',
  region: 'ap-guangzhou',
} as const satisfies BucketPlace;

/**
 * Reads `LOCAL_BUCKETS`, `<bucket>/<region>,…`: the buckets there are beside the default one.
 *
 * @throws Error that says what was expected
 */
export function readBuckets(text: string | undefined): BucketPlace[] {
  const buckets = (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(readBucket);
  const names = [DEFAULT_BUCKET, ...buckets].map(({ bucket }) => bucket);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new Error(`LOCAL_BUCKETS: expected each bucket once, got ${twice} twice`);
  return buckets;
}

function readBucket(text: string): BucketPlace {
  const [, bucket, region] = /^([a-z0-9][a-z0-9-]*-\d+)\/([a-z0-9-]+)$/.exec(text) ?? [];
  if (bucket === undefined || region === undefined)
    throw new Error(
      `LOCAL_BUCKETS: expected <name>-<account>/<region>, such as other-1250000000/ap-shanghai, got ${JSON.stringify(text)}`,
    );
  return { bucket, region };
}
