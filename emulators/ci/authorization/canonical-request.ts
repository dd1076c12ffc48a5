import type { Authorization } from './parse-authorization.ts';
import { percentEncode } from './percent-encode.ts';

/** The parts of a request that a signature can cover; `path` is decoded, header names are lower case. */
export interface SignedParts {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
}

/** HttpString [doc], from exactly the names that the request says it signed; a name that was not sent counts as empty. */
export function canonicalRequest(parts: SignedParts, authorization: Authorization): string {
  const values = parameterValues(parts.query);
  const parameters = authorization.parameterNames.map((name) => pair(name, values.get(name) ?? ''));
  const headers = authorization.headerNames.map((name) => pair(name, headerValue(parts.headers, name)));
  return `${parts.method.toLowerCase()}\n${parts.path}\n${parameters.join('&')}\n${headers.join('&')}\n`;
}

/** First value by encoded lower-case name. The services read a repeated parameter's first value too. */
function parameterValues(query: URLSearchParams): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of query) {
    const signedName = percentEncode(name).toLowerCase();
    if (!values.has(signedName)) values.set(signedName, value);
  }
  return values;
}

function pair(name: string, value: string): string {
  return `${name}=${percentEncode(value)}`;
}

function headerValue(headers: SignedParts['headers'], name: string): string {
  const value = headers[decodeName(name)];
  return wireText(Array.isArray(value) ? value.join(', ') : (value ?? ''));
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Node hands header bytes over as Latin-1; clients sign the text they meant, which is UTF-8 unless it cannot be. */
function wireText(value: string): string {
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? value : text;
}
