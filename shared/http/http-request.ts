/** A request as our routes see it, whichever shape of event brought it. */
export interface HttpRequest {
  /** upper case; named as the router reads it */
  readonly httpMethod: string;
  /** as the platform passed it on: perhaps percent-encoded, perhaps not [guess] */
  readonly path: string;
  /** lower-case names */
  readonly headers: Readonly<Record<string, string>>;
  /** every value of each parameter */
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
  /** the name of the token that it showed; filled in by who let it in */
  readonly by?: string;
  /** whether it may write here; filled in by the same */
  readonly mayWrite?: boolean;
  /** filled in by the router */
  readonly pathParameters?: Readonly<Record<string, string>>;
}

/**
 * Reads a Function URL's event: the documented shape, or the one of its ApiGwCompatible option [doc].
 * Values may be strings or arrays, the body may be absent, and only `isBase64Encoded: true` means base64.
 * What is no such event at all gives an empty httpMethod.
 */
export function readHttpRequest(event: unknown): HttpRequest {
  const fields = recordOf(event);
  const { httpMethod, path, body } = fields;
  const query = Object.keys(recordOf(fields['queryString'])).length
    ? fields['queryString']
    : fields['queryStringParameters'];
  return {
    httpMethod: typeof httpMethod === 'string' ? httpMethod.toUpperCase() : '',
    path: (typeof path === 'string' && path.split('?')[0]) || '/',
    headers: Object.fromEntries(
      Object.entries(recordOf(fields['headers'])).map(([name, value]) => [
        name.toLowerCase(),
        valuesOf(value).join(', '),
      ]),
    ),
    query: Object.fromEntries(
      Object.entries(recordOf(query)).map(([name, value]) => [name, valuesOf(value)]),
    ),
    body: Buffer.from(
      typeof body === 'string' ? body : '',
      fields['isBase64Encoded'] === true ? 'base64' : 'utf8',
    ),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** `?cancel` has no value: it may come as '', null or true. */
function valuesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  // Nothing else is text, and what calls itself an object may even refuse to become some.
  return [typeof value === 'string' || typeof value === 'number' || value === false ? String(value) : ''];
}
