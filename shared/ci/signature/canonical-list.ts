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
  const encoded: (readonly [name: string, value: string])[] = [];
  for (const name of Object.keys(entries)) {
    const entry = [encode(name).toLowerCase(), encode(entries[name] ?? '')] as const;
    // A handful at most: each is put where it belongs, behind those of its name.
    let at = encoded.length;
    while (at > 0 && entry[0] < (encoded[at - 1]?.[0] ?? '')) at -= 1;
    if (at === encoded.length) encoded.push(entry);
    else encoded.splice(at, 0, entry);
  }
  let names = '';
  let pairs = '';
  for (const [name, value] of encoded) {
    names += names === '' ? name : `;${name}`;
    pairs += pairs === '' ? `${name}=${value}` : `&${name}=${value}`;
  }
  return { names, pairs };
}
