import { CiError } from '../ci-error.ts';
import { kindOf } from '../error-kind.ts';
import { parseXml, type XmlShape } from './parse-xml.ts';
import { listsOf } from './read-tree.ts';
import { XmlError } from './xml-error.ts';
import type { XmlElement } from './xml-node.ts';

const MAX_ERROR_BYTES = 64 * 1024;
const ERROR_SHAPE: XmlShape = { root: 'Error', maxBytes: MAX_ERROR_BYTES, lists: listsOf([]) };
const CODE = /^[A-Za-z][A-Za-z0-9._]{0,99}$/;

/** From here on the sender may have done what was asked before it failed. */
const FIRST_STATUS_WITH_POSSIBLE_EFFECT = 500;

export interface ErrorAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly requestId: string | undefined;
  readonly traceId: string | undefined;
  /** the Date header in unix milliseconds */
  readonly dateMs: number | undefined;
  readonly retryAfterMs: number | undefined;
}

/** Turns an answer that is not 2xx into a CiError: CI's own, or BadAnswer when something else answered. */
export function parseError(answer: ErrorAnswer): CiError {
  const { status, traceId, retryAfterMs } = answer;
  const stated = statedError(answer.body);
  const refused = status < FIRST_STATUS_WITH_POSSIBLE_EFFECT;
  if (stated === undefined) {
    return new CiError({
      kind: 'bad-answer',
      code: 'BadAnswer',
      message: `expected CI's <Error>, got status ${status} with something else`,
      status,
      requestId: answer.requestId,
      traceId,
      retryAfterMs,
      withoutEffect: refused,
    });
  }
  return new CiError({
    kind: kindOf(stated.code, stated.message, status),
    code: stated.code,
    message: stated.message || stated.code,
    status,
    requestId: answer.requestId ?? stated.requestId,
    traceId: traceId ?? stated.traceId,
    retryAfterMs,
    serverTimeMs: answer.dateMs ?? stated.serverTimeMs,
    // COS says SlowDown with 503, before it takes the request.
    withoutEffect: refused || stated.code === 'SlowDown',
  });
}

function statedError(body: Uint8Array) {
  try {
    const error = parseXml(body, ERROR_SHAPE);
    const code = textOf(error, 'Code');
    if (!CODE.test(code)) return undefined;
    const serverTimeMs = Date.parse(textOf(error, 'ServerTime'));
    return {
      code,
      message: textOf(error, 'Message'),
      requestId: textOf(error, 'RequestId') || undefined,
      traceId: textOf(error, 'TraceId') || undefined,
      serverTimeMs: Number.isNaN(serverTimeMs) ? undefined : serverTimeMs,
    };
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

function textOf(element: XmlElement, name: string): string {
  const node = element[name];
  return typeof node === 'string' ? node.trim() : '';
}
