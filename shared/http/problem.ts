import { STATUS_CODES } from 'node:http';
import { CiError } from '../ci/ci-error.ts';
import { InvalidField } from '../ci/invalid-field.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import { answer, type HttpAnswer } from './http-answer.ts';
import type { MiddyRequest } from './middy-request.ts';

/** When the caller may try again, in seconds, if CI did not say. */
const RETRY_AFTER_SECONDS = 5;

const NO_STORE_RETRY_AFTER_SECONDS = 60;

/** A refusal that the caller is to see, told as RFC 9457 says. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Answers every error; those that are ours go to the log, and nothing of them to the caller. */
export const problems = {
  onError: (request: MiddyRequest) => {
    const problem = problemOf(request.error);
    const { log, requestId } = request.context;
    if (problem.status === 500) log.error('the request failed', { error: request.error });
    request.response = problemAnswer(problem, requestId);
  },
};

/** What each error means to the caller. One that is not listed is ours: 500, and nothing of it is shown. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidField) return new Problem(400, 'InvalidInput', error.message);
  if (error instanceof CiError) return problemOfCi(error);
  if (error instanceof StoreUnavailable) return noStore(error.message);
  return new Problem(500, 'InternalError', 'Jobwatch failed; its log has the reason under this request id');
}

/** What needs the store cannot be done without it. */
export function noStore(detail = 'DATABASE_URL: required, a store for this route'): Problem {
  return new Problem(503, 'NoStore', detail, { 'retry-after': String(NO_STORE_RETRY_AFTER_SECONDS) });
}

function problemOfCi(error: CiError): Problem {
  const reference = error.requestId === undefined ? '' : ` (CI request id ${error.requestId})`;
  switch (error.kind) {
    case 'no-answer':
      return new Problem(504, error.code, error.message);
    case 'retryable':
      return new Problem(503, error.code, `Cloud Infinite asks to try later: ${error.message}${reference}`, {
        'retry-after': String(retryAfterSeconds(error.retryAfterMs)),
      });
    case 'bad-answer':
      return new Problem(502, error.code, `${error.message}${reference}`);
    default:
      return new Problem(502, error.code, `Cloud Infinite refused: ${error.message}${reference}`);
  }
}

function retryAfterSeconds(ms: number | undefined): number {
  return ms === undefined ? RETRY_AFTER_SECONDS : Math.ceil(ms / 1000);
}

/** Writes the problem down. `requestId` is the platform's, for whoever looks into the log. */
function problemAnswer(problem: Problem, requestId: string): HttpAnswer {
  const { status, code, message: detail } = problem;
  return answer(
    status,
    JSON.stringify({
      type: `/problems#${code}`,
      title: STATUS_CODES[status],
      status,
      detail,
      code,
      requestId,
    }),
    { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...problem.headers },
  );
}
