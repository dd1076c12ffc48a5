import { type Reply, xmlReply } from './reply.ts';
import type { Service } from './route.ts';
import { ServiceError } from './service-error.ts';

/** `<Error>` as documented; COS adds `Resource`. What is not a `ServiceError` is told as InternalError, without detail. */
export function errorReply(
  error: unknown,
  asked: { service: Service; id: string; traceId: string; resource: string },
): Reply {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError(500, 'InternalError', 'We encountered an internal error. Please try again.');
  const reply = xmlReply(known.status, 'Error', {
    Code: known.code,
    Message: known.message,
    ...(asked.service === 'cos' ? { Resource: asked.resource } : {}),
    RequestId: asked.id,
    TraceId: asked.traceId,
    ...known.details,
  });
  const trace =
    asked.service === 'ci' ? { 'x-ci-trace-id': asked.traceId } : { 'x-cos-trace-id': asked.traceId };
  return { ...reply, headers: { ...reply.headers, ...trace, ...known.headers } };
}
