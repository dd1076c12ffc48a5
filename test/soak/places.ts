import { LOCAL_BUCKET, LOCAL_REGION } from '../../local/settings.ts';

export const REGION = LOCAL_REGION;
/** The second one is there to hang. */
export const BUCKETS = [LOCAL_BUCKET, 'slow-1250000000'] as const;
export type BucketName = (typeof BUCKETS)[number];

export interface ObjectPlace {
  readonly bucket: BucketName;
  readonly key: string;
}

/** A rule of the soak, and what an outsider may expect of it. */
export interface RuledPlace {
  readonly rule: string;
  readonly bucket: BucketName;
  readonly prefix: string;
  readonly output: string;
  readonly format: 'gif' | 'webp';
  /** Tries beyond the first for what fails with `RETRIED_CODE`. */
  readonly retries: number;
}

export const ENDING = '.mp4';
export const MAX_CLIP_BYTES = 100_000;
/** With this code the soak lets jobs fail. */
export const RETRIED_CODE = 'InternalError';

export const RULED_PLACES: readonly RuledPlace[] = [
  place('one-gif', BUCKETS[0], 'clips/', `gifs/\${dir}\${name}.\${ext}`),
  place('each-version', BUCKETS[0], 'each/', `each-gifs/\${dir}\${name}-\${etag}.\${ext}`),
  { ...place('retried', BUCKETS[0], 'retry/', `retried/\${dir}\${name}.\${ext}`), retries: 2 },
  { ...place('other-bucket', BUCKETS[1], 'clips/', `webps/\${dir}\${name}.\${ext}`), format: 'webp' },
];

function place(rule: string, bucket: BucketName, prefix: string, output: string): RuledPlace {
  return { rule, bucket, prefix, output, format: 'gif', retries: 0 };
}

/** The place whose rule takes objects of this name, its ending in any case; hidden files and other endings are nobody's. */
export function ruledPlaceOf({ bucket, key }: ObjectPlace): RuledPlace | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (!name.toLowerCase().endsWith(ENDING) || name.startsWith('.')) return undefined;
  return RULED_PLACES.find((one) => one.bucket === bucket && key.startsWith(one.prefix));
}

export const idOf = ({ bucket, key }: ObjectPlace): string => `${bucket}/${key}`;
