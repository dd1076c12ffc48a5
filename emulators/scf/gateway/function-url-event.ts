import type { IncomingMessage } from 'node:http';

/** What a Function URL hands to its function, in the documented shape: no `isBase64Encoded`. */
export interface FunctionUrlEvent {
  httpMethod: string;
  path: string;
  headers: Record<string, string>;
  queryString: Record<string, string | string[]>;
  body: string;
}

/**
 * The event of one request. [guess] The path is the raw one of the request line, still percent-encoded; a repeated
 * query parameter becomes a list; a body is read as UTF-8, and is an empty text when there is none.
 */
export function functionUrlEvent(request: IncomingMessage, body: Buffer): FunctionUrlEvent {
  const { path, query } = splitTarget(request.url ?? '/');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  headers['x-scf-remote-addr'] = request.socket.remoteAddress ?? '';
  return {
    httpMethod: request.method ?? 'GET',
    path,
    headers,
    queryString: queryObject(new URLSearchParams(query)),
    body: body.toString('utf8'),
  };
}

/** The request target's path and query, both as they came. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function queryObject(query: URLSearchParams): Record<string, string | string[]> {
  // Entries, not assignment: a parameter named __proto__ is a parameter like any other.
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
