/** The longest key of COS, in bytes [doc]. */
export const MAX_KEY_BYTES = 850;

/** A write of an object, told by an event or found in a listing. */
export interface ObjectWrite {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly size: number;
  /** without quotes; '' when unknown */
  readonly etag: string;
  /** unix milliseconds, whole seconds */
  readonly timeMs: number;
  /** COS's id of the request that wrote it; '' when unknown */
  readonly write: string;
}
