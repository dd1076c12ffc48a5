/** What a Function URL expects back [doc]. The platform serialises it: the body alone is already text. */
export interface HttpAnswer {
  readonly isBase64Encoded: boolean;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function answer(
  statusCode: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { isBase64Encoded: false, statusCode, headers, body };
}

/** JSON. What is read may be kept by who asks each time whether it still holds; what was done is kept by nobody. */
export function jsonAnswer(
  statusCode: number,
  value: unknown,
  cacheControl = statusCode === 200 ? 'private, no-cache' : 'no-store',
): HttpAnswer {
  return answer(statusCode, JSON.stringify(value), {
    'content-type': 'application/json',
    'cache-control': cacheControl,
  });
}
