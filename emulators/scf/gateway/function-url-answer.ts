import * as v from 'valibot';

/** What a function returns to its URL [doc]; a header may have several values. */
const answerSchema = v.object({
  isBase64Encoded: v.optional(v.boolean(), false),
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
  headers: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)),
      v.union([headerValue(), v.array(headerValue())]),
    ),
    {},
  ),
  body: v.optional(v.string(), ''),
});

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** Headers that belong to the connection or follow from the body: the gateway sets them itself. */
const NOT_PASSED_ON = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/** The HTTP answer that a returned value stands for; nothing when it has not the documented shape. */
export function functionUrlAnswer(value: unknown): HttpAnswer | undefined {
  const parsed = v.safeParse(answerSchema, value);
  if (!parsed.success) return undefined;
  const { statusCode, headers, body, isBase64Encoded } = parsed.output;
  const named = Object.entries(headers).map(([name, content]) => [name.toLowerCase(), content] as const);
  return {
    status: statusCode,
    headers: Object.fromEntries(named.filter(([name]) => !NOT_PASSED_ON.has(name))),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function headerValue() {
  // What Node accepts in a header.
  const text = v.pipe(v.string(), v.regex(/^[\t\x20-\x7e\x80-\xff]*$/));
  return v.union([text, v.pipe(v.union([v.number(), v.boolean()]), v.transform(String))]);
}
