import { STATUS_CODES } from 'node:http';
import type { HttpAnswer } from './function-url-answer.ts';

/** An answer of the gateway's own, as RFC 9457 says; `code` is the platform's word for what happened. */
export function problem(status: number, detail: string, code?: string): HttpAnswer {
  const content = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(code === undefined ? {} : { code }),
  };
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: Buffer.from(JSON.stringify(content)),
  };
}
