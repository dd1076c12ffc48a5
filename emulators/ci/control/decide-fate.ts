import { setTimeout as delay } from 'node:timers/promises';
import type { CloudRequest } from '../cloud-request.ts';
import { errorReply } from '../error-reply.ts';
import { operations } from '../operations.ts';
import type { Reply } from '../reply.ts';
import { ServiceError } from '../service-error.ts';
import type { Control } from './control.ts';
import type { Fault } from './fault.ts';

/** What becomes of a request: an answer, half of one, or none. */
export type Fate = { kind: 'answer' | 'truncate'; reply: Reply } | { kind: 'reset' } | { kind: 'hang' };

/** Does the operation, unless a fault that is set stops it before or takes its answer's place after. */
export async function decideFate(request: CloudRequest, path: string, control: Control): Promise<Fate> {
  const { cloud, faults, stats } = control;
  if (request.operation === 'DescribeMediaJob') stats.asked(request.subject.split(',').length);
  const fault = faults.take(request.operation, path);
  if (fault === undefined)
    return { kind: 'answer', reply: await operations[request.operation](request, cloud) };
  if (fault.phase === 'before') {
    await delay(fault.delayMs);
    // Half an answer needs the whole one first.
    if (fault.kind !== undefined && fault.kind !== 'truncate') return spoil(fault, request);
  }
  const reply = await operations[request.operation](
    { ...request, hideCreatedForMs: fault.visibleAfterMs },
    cloud,
  );
  if (fault.phase === 'after') await delay(fault.delayMs);
  if (fault.kind === 'truncate') return { kind: 'truncate', reply };
  if (fault.kind === undefined) return { kind: 'answer', reply };
  if (typeof reply.body === 'object') reply.body.destroy();
  return spoil(fault, request);
}

function spoil(fault: Fault, { id, service }: CloudRequest): Fate {
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
