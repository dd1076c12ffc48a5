import { encode } from './encode.ts';

/** The two forms in which a set of parameters or headers enters a signature. */
export interface CanonicalList {
  /** `a;b`, as it stands in q-header-list and q-url-param-list */
  readonly names: string;
  /** `a=1&b=2`, as it stands in the HttpString */
  readonly pairs: string;
}

/** Encodes, lower-cases the names, sorts by them, and joins. A parameter without a value is signed as `name=`. */
export function canonicalList(entries: Readonly<Record<string, string>>): CanonicalList {
  const encoded = Object.entries(entries)
    .map(([name, value]) => [encode(name).toLowerCase(), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return {
    names: encoded.map(([name]) => name).join(';'),
    pairs: encoded.map(([name, value]) => `${name}=${value}`).join('&'),
  };
}
