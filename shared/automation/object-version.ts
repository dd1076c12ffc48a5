/** The latest version of an object that a rule knows. */
export interface KnownVersion {
  readonly etag: string;
  readonly timeMs: number;
  /** the ids of the writes in that second */
  readonly writes: readonly string[];
}

/** A write that is told now. */
export interface ToldVersion {
  readonly etag: string;
  readonly timeMs: number;
  /** identifies the write; '' when unknown */
  readonly write: string;
}

/**
 * Whether a write is one that the rule has not dealt with. The same content as the latest, or an older write, is a
 * duplicate; anything else is a new version. Events come in whole seconds: within one, a write is known by its id.
 */
export function isNewVersion(known: KnownVersion, told: ToldVersion): boolean {
  // Without an ETag nothing is known of the content: only the time and the write tell.
  const sameContent = told.etag !== '' && told.etag === known.etag;
  if (sameContent || told.timeMs < known.timeMs) return false;
  if (told.timeMs > known.timeMs) return true;
  if (told.write === '') return told.etag !== '' && known.etag !== '';
  return !known.writes.includes(told.write);
}

/** What is known after it was told: the latest time counts even when the content is the same. */
export function latestVersion(known: KnownVersion, told: ToldVersion): KnownVersion {
  if (told.timeMs < known.timeMs) return known;
  const writes = told.write === '' ? [] : [told.write];
  return {
    etag: told.etag,
    timeMs: told.timeMs,
    writes: told.timeMs > known.timeMs ? writes : [...known.writes, ...writes],
  };
}
