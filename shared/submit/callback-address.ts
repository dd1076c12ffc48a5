import type { JobRequest } from '../ci/job-request.ts';

/** Where CI is to tell that a job has ended, or undefined when nobody listens. */
export function callbackAddress(url: string | undefined, token: string | undefined): string | undefined {
  if (url === undefined || token === undefined) return undefined;
  return `${url.replace(/\/$/, '')}/callbacks/${token}`;
}

/** Asks for a callback to us, unless the submitter asked for one to themselves. */
export function withCallback(request: JobRequest, address: string | undefined): JobRequest {
  if (address === undefined || request['CallBack'] !== undefined) return request;
  return { ...request, CallBack: address, CallBackFormat: 'JSON' };
}
