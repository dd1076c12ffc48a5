/** A bucket by its full name (`media-1250000000`) and region (`ap-guangzhou`). */
export interface Bucket {
  readonly name: string;
  readonly region: string;
}

/** The only documented host for jobs. */
export function ciHost(bucket: Bucket): string {
  return `${bucket.name}.ci.${bucket.region}.myqcloud.com`;
}

/** Where its objects are. */
export function cosHost(bucket: Bucket): string {
  return `${bucket.name}.cos.${bucket.region}.myqcloud.com`;
}
