import { ServiceError } from '../service-error.ts';

export type Refusal =
  | 'missing'
  | 'malformed'
  | 'unknown-id'
  | 'wrong-token'
  | 'expired'
  | 'not-yet-valid'
  | 'mismatch';

interface Answer {
  status: number;
  code: string;
  message: string;
}

// Codes and statuses [doc], except `wrong-token` and COS's `malformed` [guess].
const MISMATCH = 'The request signature we calculated does not match the signature you provided.';
const CI: Record<Refusal, Answer> = {
  missing: { status: 401, code: 'MissingAuthorization', message: 'The Authorization header is missing.' },
  malformed: { status: 401, code: 'InvalidAuthorization', message: 'The Authorization header is malformed.' },
  'unknown-id': { status: 401, code: 'SecretidNotExist', message: 'The SecretId does not exist.' },
  'wrong-token': { status: 403, code: 'AccessDenied', message: 'The security token is missing or wrong.' },
  expired: { status: 401, code: 'SignatureExpired', message: 'The signature has expired.' },
  'not-yet-valid': { status: 403, code: 'RequestTimeTooSkewed', message: 'The signature is not valid yet.' },
  mismatch: { status: 403, code: 'SignatureDoesNotMatch', message: MISMATCH },
};
const COS: Record<Refusal, Answer> = {
  missing: { status: 403, code: 'AccessDenied', message: 'Access Denied.' },
  malformed: { status: 403, code: 'InvalidAuthorization', message: 'The Authorization header is malformed.' },
  'unknown-id': { status: 403, code: 'InvalidAccessKeyId', message: 'The Access Key Id does not exist.' },
  'wrong-token': { status: 403, code: 'AccessDenied', message: 'The security token is missing or wrong.' },
  expired: { status: 403, code: 'AccessDenied', message: 'Request has expired' },
  'not-yet-valid': CI['not-yet-valid'],
  mismatch: CI.mismatch,
};

/** What each service answers to a refusal; clock refusals from COS carry `ServerTime`. */
export function refusalError(service: 'ci' | 'cos', refusal: Refusal, now: number): ServiceError {
  const { status, code, message } = (service === 'ci' ? CI : COS)[refusal];
  const aboutClock = refusal === 'expired' || refusal === 'not-yet-valid';
  const details: Record<string, string> =
    service === 'cos' && aboutClock ? { ServerTime: new Date(now).toISOString() } : {};
  return new ServiceError(status, code, message, details);
}

/** One answer for all of them, which tells a wrong clock from a missing right by its Date alone (seen in a public log). */
export function vagueRefusalError(): ServiceError {
  return new ServiceError(401, 'AccessDenied', 'Access Denied.');
}
