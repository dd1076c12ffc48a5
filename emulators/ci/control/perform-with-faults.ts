import { setTimeout as delay } from 'node:timers/promises';
import type { CloudRequest } from '../cloud-request.ts';
import { errorReply } from '../error-reply.ts';
import { operations } from '../operations.ts';
import type { Reply } from '../reply.ts';
import { ServiceError } from '../service-error.ts';
import type { Control } from './control.ts';
import type { Fault } from './fault.ts';

/** How a request ends: with an answer, with half of one, or with none. */
export type RequestOutcome =
  | { kind: 'answer' | 'truncate'; reply: Reply }
  | { kind: 'reset' }
  | { kind: 'hang' };

/** Performs the operation, unless a fault that is set prevents it or replaces its answer. */
export async function performWithFaults(
  request: CloudRequest,
  path: string,
  control: Control,
): Promise<RequestOutcome> {
  const { cloud, faults, stats } = control;
  if (request.operation === 'DescribeMediaJob') stats.asked(request.subject.split(',').length);
  const fault = faults.take(request.operation, path);
  if (fault === undefined)
    return { kind: 'answer', reply: await operations[request.operation](request, cloud) };
  if (fault.phase === 'before') {
    await delay(fault.delayMs);
    // Half an answer needs the whole one first.
    if (fault.kind !== undefined && fault.kind !== 'truncate') return faultOutcome(fault, request);
  }
  const reply = await operations[request.operation](
    { ...request, hideCreatedForMs: fault.visibleAfterMs },
    cloud,
  );
  if (fault.phase === 'after') await delay(fault.delayMs);
  if (fault.kind === 'truncate') return { kind: 'truncate', reply };
  if (fault.kind === undefined) return { kind: 'answer', reply };
  if (typeof reply.body === 'object') reply.body.destroy();
  return faultOutcome(fault, request);
}

function faultOutcome(fault: Fault, { id, service }: CloudRequest): RequestOutcome {
  if (fault.kind === 'reset' || fault.kind === 'hang') return { kind: fault.kind };
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  if (fault.kind === 'html') {
    const body = `<html><head><title>${fault.status}</title></head><body><h1>Bad Gateway</h1></body></html>`;
    return {
      kind: 'answer',
      reply: { status: fault.status, headers: { 'content-type': 'text/html', ...headers }, body },
    };
  }
  const error = new ServiceError(fault.status, fault.code, fault.message, {}, headers);
  return { kind: 'answer', reply: errorReply(error, { service, id, traceId: id, resource: '' }) };
}
