import { ApiProblem } from '../client/client.ts';

/** Why the API did not do what was asked. */
export interface Failure {
  /** 0 when nothing answered */
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  /** when it may be asked again, where it says so */
  readonly retryAfterSeconds: number | undefined;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiProblem)) {
    return { status: 0, code: '', detail: '', requestId: '', retryAfterSeconds: undefined };
  }
  const { status, code, detail, requestId } = error.problem;
  const seconds = Number(error.headers.get('retry-after') ?? Number.NaN);
  return {
    status,
    code,
    detail,
    requestId,
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  };
}
