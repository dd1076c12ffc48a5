import { ServiceError } from './service-error.ts';

export interface Target {
  /** Percent-decoded once, dot segments and repeated slashes kept: they may be an object's key. */
  path: string;
  query: URLSearchParams;
}

/** Reads the request line's target, which may also be in absolute form. Bytes that are not UTF-8 are refused. */
export function readTarget(url: string): Target {
  const text = Buffer.from(url, 'latin1').toString('utf8');
  const relative = text.replace(/^https?:\/\/[^/?]*/i, '');
  const cut = relative.indexOf('?');
  const rawPath = cut === -1 ? relative : relative.slice(0, cut);
  const query = new URLSearchParams(cut === -1 ? '' : relative.slice(cut + 1));
  try {
    return { path: decodeURIComponent(rawPath) || '/', query };
  } catch {
    throw new ServiceError(400, 'InvalidURI', 'The path is not percent-encoded UTF-8.');
  }
}

/** A parameter's value; absent and empty are the same, since official clients send `nextToken=` [sdk]. */
export function parameter(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}
