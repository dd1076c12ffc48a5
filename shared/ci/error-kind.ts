/**
 * What a failure means for whoever must act on it:
 * - retryable: the same request may succeed later
 * - clock: our clock is off; corrected once by the answer's Date
 * - denied: our credentials or rights
 * - invalid: our request
 * - not-set-up: the bucket, queue or template is not there, or is elsewhere
 * - no-answer: nothing came in time, or the connection broke
 * - bad-answer: what came is not CI's
 */
export type ErrorKind =
  | 'retryable'
  | 'clock'
  | 'denied'
  | 'invalid'
  | 'not-set-up'
  | 'no-answer'
  | 'bad-answer';

/** CI's published codes [doc]. The same status stands for different kinds, so the Code decides. */
const KIND_BY_CODE: Readonly<Record<string, ErrorKind>> = {
  SlowDown: 'retryable',
  QueueSaturated: 'retryable',
  QueuePaused: 'retryable',
  InternalError: 'retryable',
  ServiceUnavailable: 'retryable',
  ResourceDownloadFailed: 'retryable',

  SignatureExpired: 'clock',
  RequestTimeTooSkewed: 'clock',

  MissingAuthorization: 'denied',
  InvalidAuthorization: 'denied',
  SecretidNotExist: 'denied',
  AccessDenied: 'denied',
  SignatureDoesNotMatch: 'denied',
  InvalidAccessKeyId: 'denied',
  CIRoleNotExist: 'denied',
  UserNotBucketOwner: 'denied',
  ResourceAccessDenied: 'denied',
  WriteTargetBucketDenied: 'denied',

  InvalidArgument: 'invalid',
  MissingContent: 'invalid',
  InvalidContent: 'invalid',
  InvalidContentType: 'invalid',
  MalformedXML: 'invalid',
  InvalidHost: 'invalid',
  ResourceNotSupported: 'invalid',
  InvalidUrl: 'invalid',
  MissingContentLength: 'invalid',
  QueueNumLimit: 'invalid',
  WorkFlowNumLimit: 'invalid',
  CreatedTemplateNumLimit: 'invalid',
  TemplateNameDuplicate: 'invalid',
  ActiveWorkflowForbiddenUpdate: 'invalid',
  BucketAlreadyBinded: 'invalid',
  BindedBucketNumLimit: 'invalid',

  MediaBucketUnBinded: 'not-set-up',
  PicBucketUnBinded: 'not-set-up',
  NoSuchBucket: 'not-set-up',
  QueueNotFound: 'not-set-up',
  TemplateNotFound: 'not-set-up',
  ResourceNotFound: 'not-set-up',
  PermanentRedirect: 'not-set-up',
  TemporaryRedirect: 'not-set-up',
};

/**
 * AccessDenied says that we may not, that the key, token or signature is bad (seen in a log of 2026-07, with 401), or that
 * the signature's time is over, which its Message may tell [doc]. What the answer's Date tells is judged by the client.
 */
const EXPIRED_MESSAGE = /request has expired/i;

/** Classifies by Code; a code that is not published is judged by its status. */
export function kindOf(code: string, message: string, status: number): ErrorKind {
  if (code === 'AccessDenied' && EXPIRED_MESSAGE.test(message)) return 'clock';
  return Object.hasOwn(KIND_BY_CODE, code) ? (KIND_BY_CODE[code] ?? 'invalid') : kindByStatus(status);
}

function kindByStatus(status: number): ErrorKind {
  if (status >= 500 || status === 429) return 'retryable';
  if (status === 401 || status === 403) return 'denied';
  return 'invalid';
}
