import { errorCode } from '../../ci/error-code.ts';
import { AddressRefused } from './checked-lookup.ts';

/**
 * Why no answer came, in one sentence. It names the host and a code at most: what else an error says may come from
 * the other side, or hold the URL's path.
 */
export function failureReason(error: unknown, host: string): string {
  if (error instanceof AddressRefused) return error.message;
  const code = errorCode(error) ?? '';
  if (code === 'ABORT_ERR') return `${host} did not answer (time is up)`;
  if (code.startsWith('HPE_')) return `${host} answered with something that is not HTTP (${code})`;
  return `${host} did not answer (${code || 'the connection broke'})`;
}
