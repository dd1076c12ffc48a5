import { MAX_KEY_BYTES } from '../ci/object-write.ts';

/** The places of a record that name the object; '' when there is none. */
export interface KeyFields {
  /** percent-encoded [doc] */
  readonly url: string;
  /** `/<appid>/<bucket>/<key>`, raw by the only capture; public code disagrees [guess] */
  readonly key: string;
}

/** The key of a record's object. `key` decides only between what the url may mean: whether it is encoded is not known. */
export function keyOf({ url, key }: KeyFields, appid: string, name: string): string | undefined {
  const raw = rawKey(key, appid, name);
  const readings = readingsOf(url);
  return readings.find((reading) => reading === raw) ?? readings[0] ?? raw;
}

/** Why nobody could have written such a key, or nothing here could keep it; undefined when it is in order. */
export function keyFault(key: string): string | undefined {
  // PostgreSQL takes neither, and would refuse the other records of the event with it.
  if (key.includes('\0')) return 'no NUL character';
  if (/\p{Surrogate}/u.test(key)) return 'well-formed Unicode';
  return Buffer.byteLength(key) > MAX_KEY_BYTES ? `at most ${MAX_KEY_BYTES} bytes` : undefined;
}

/** What is behind the host; without its query, when it has one; with spaces for plus signs, as forms are encoded. */
function readingsOf(url: string): string[] {
  const [, path] = /^(?:https?:\/\/)?[^/?#]+\/(.+)$/s.exec(url) ?? [];
  if (path === undefined) return [];
  return [path, path.replace(/\?.*$/s, ''), path.replaceAll('+', ' ')].flatMap(
    (encoded) => decoded(encoded) ?? [],
  );
}

function decoded(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    // What cannot be decoded is not encoded.
    return undefined;
  }
}

/** Keys contain slashes and percent signs, so exactly the account and the bucket go, and nothing else. */
function rawKey(key: string, appid: string, name: string): string | undefined {
  const prefix = `/${appid}/${name}/`;
  return key.startsWith(prefix) && key.length > prefix.length ? key.slice(prefix.length) : undefined;
}
