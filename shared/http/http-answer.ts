/** What a Function URL expects back [doc]. The platform serialises it: the body alone is already text. */
export interface HttpAnswer {
  readonly isBase64Encoded: false;
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

/** JSON that nobody is to keep. */
export function jsonAnswer(statusCode: number, value: unknown): HttpAnswer {
  return answer(statusCode, JSON.stringify(value), {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
}
