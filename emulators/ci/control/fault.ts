import { OPERATIONS } from '../route.ts';
import { ControlError } from './control-error.ts';
import { ControlInput } from './control-input.ts';

const REQUEST_KINDS = ['error', 'reset', 'hang', 'truncate', 'html'] as const;
const CALLBACK_KINDS = ['drop', 'duplicate'] as const;
type FaultKind = (typeof REQUEST_KINDS | typeof CALLBACK_KINDS)[number];

/** Stands where an operation does, for what the service sends by itself. */
export const CALLBACK = 'Callback';

/** Which requests a fault is for; `*` is every operation, `Callback` what is sent when a job has ended. */
export interface FaultMatch {
  operation: string;
  pathIncludes?: string;
  ids?: string[];
}

export interface Fault {
  match: FaultMatch;
  /** Share of the matching requests, 0 to 1; the choice is repeatable with `seed`. */
  rate: number;
  seed: number;
  /** How many requests it hits before it is used up. */
  times: number;
  /** `after`: the effect happened, the answer was lost. */
  phase: 'before' | 'after';
  /** None: the answer is the real one, only late or with its jobs hidden for a while. */
  kind: FaultKind | undefined;
  status: number;
  code: string;
  message: string;
  retryAfter: number | undefined;
  delayMs: number;
  visibleAfterMs: number;
}

const MAX_DELAY_MS = 3_600_000;
const FIELDS = [
  ...['match', 'rate', 'seed', 'times', 'phase', 'kind', 'status', 'code', 'message'],
  ...['retryAfter', 'delayMs', 'visibleAfterMs'],
];
const ANSWER_FIELDS = ['phase', 'status', 'code', 'message', 'retryAfter', 'visibleAfterMs'];
// Documented pairs of status and code, for faults that give one of the two.
const STATUS_OF: Record<string, number> = {
  SlowDown: 429,
  QueueSaturated: 403,
  QueuePaused: 403,
  ServiceUnavailable: 503,
  ResourceDownloadFailed: 400,
  SignatureExpired: 401,
  RequestTimeTooSkewed: 403,
  MissingAuthorization: 401,
  InvalidAuthorization: 401,
  SecretidNotExist: 401,
  AccessDenied: 403,
  SignatureDoesNotMatch: 403,
  InvalidAccessKeyId: 403,
  CIRoleNotExist: 400,
  InvalidArgument: 400,
  MissingContent: 400,
  InvalidContent: 400,
  InvalidHost: 400,
  ResourceNotSupported: 400,
  InvalidUrl: 404,
  MissingContentLength: 411,
  MediaBucketUnBinded: 404,
  NoSuchBucket: 404,
  QueueNotFound: 404,
  TemplateNotFound: 404,
  ResourceNotFound: 404,
  PermanentRedirect: 301,
  TemporaryRedirect: 307,
};
const CODE_OF: Record<number, string> = { 429: 'SlowDown', 503: 'ServiceUnavailable', 403: 'AccessDenied' };

export function readFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw new ControlError('faults must be a JSON list.');
  return value.map((one, index) => readFault(one, `faults[${index}]`));
}

function readFault(value: unknown, at: string): Fault {
  const input = new ControlInput(value, at, FIELDS);
  const status = input.count('status', 100, 599);
  const code = input.text('code');
  const delayMs = input.number('delayMs', 0, MAX_DELAY_MS);
  const visibleAfterMs = input.number('visibleAfterMs', 0, MAX_DELAY_MS);
  const match = readMatch(input.required('match', input.get('match')), `${at}.match`);
  const isCallback = match.operation === CALLBACK;
  if (isCallback) refuseAnswerFields(input, at);
  const kind = input.oneOf<FaultKind>('kind', isCallback ? CALLBACK_KINDS : REQUEST_KINDS);
  const isError =
    status !== undefined || code !== undefined || (delayMs === undefined && visibleAfterMs === undefined);
  const statusOfKind = kind === 'html' ? 502 : (STATUS_OF[code ?? ''] ?? 500);
  return {
    match,
    rate: input.number('rate', 0, 1) ?? 1,
    seed: input.count('seed', 0, 0xffffffff) ?? 1,
    times: input.count('times', 1, Number.MAX_SAFE_INTEGER) ?? Infinity,
    phase: input.oneOf('phase', ['before', 'after']) ?? 'before',
    kind: kind ?? (isError ? (isCallback ? 'drop' : 'error') : undefined),
    status: status ?? statusOfKind,
    code: code ?? CODE_OF[status ?? 0] ?? 'InternalError',
    message: input.text('message') ?? 'A fault set through the control surface.',
    retryAfter: input.number('retryAfter', 0, MAX_DELAY_MS),
    delayMs: delayMs ?? 0,
    visibleAfterMs: visibleAfterMs ?? 0,
  };
}

/** A callback has no answer that could be changed. */
function refuseAnswerFields(input: ControlInput, at: string): void {
  const wrong = ANSWER_FIELDS.find((name) => input.has(name));
  if (wrong !== undefined) throw new ControlError(`${at}.${wrong} has no meaning for ${CALLBACK}.`);
}

function readMatch(value: unknown, at: string): FaultMatch {
  const input = new ControlInput(typeof value === 'string' ? { operation: value } : value, at, [
    'operation',
    'pathIncludes',
    'ids',
  ]);
  const operation = input.oneOf('operation', ['*', CALLBACK, ...OPERATIONS]) ?? '*';
  const pathIncludes = input.text('pathIncludes');
  const ids = input.get('ids');
  if (ids !== undefined && !(Array.isArray(ids) && ids.every((id) => typeof id === 'string'))) {
    throw new ControlError(`${at}.ids must be a list of strings.`);
  }
  return { operation, ...(pathIncludes === undefined ? {} : { pathIncludes }), ...(ids ? { ids } : {}) };
}
