import { encode } from '../signature/encode.ts';

/** What stands in the request line; a parameter without a value stands alone, such as `?cancel`. */
export function requestTarget(path: string, query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) =>
    value === '' ? encode(name) : `${encode(name)}=${encode(value)}`,
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}
