import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize, type Credentials } from './authorization/authorize.ts';
import type { CloudRequest } from './cloud-request.ts';
import type { Control } from './control/control.ts';
import { decideFate, type Fate } from './control/decide-fate.ts';
import { errorReply } from './error-reply.ts';
import { readTarget, type Target } from './read-target.ts';
import { newRequestId } from './request-id.ts';
import { type Addressee, addresseeOf, type Route, routeOf, type Service } from './route.ts';
import { sendHalf, sendReply } from './send-reply.ts';
import { ServiceError } from './service-error.ts';

export interface ServiceParts extends Control {
  credentials: Credentials;
}

/** What is known of a request so far; an error answer tells as much. */
interface Asked {
  id: string;
  traceId: string;
  service: Service;
  resource: string;
  operation: string;
}

/** Serves one CI or COS request from the signature to the last byte. */
export async function serveRequest(incoming: IncomingMessage, outgoing: ServerResponse, parts: ServiceParts) {
  const began = performance.now();
  const asked: Asked = {
    id: newRequestId(),
    traceId: newRequestId(),
    service: addresseeOf(incoming.headers.host ?? '', incoming.url ?? '').service,
    resource: incoming.url ?? '',
    operation: 'Unknown',
  };
  const fate = await fateOf(incoming, outgoing, asked, parts);
  const outcome = fate.kind === 'answer' ? String(fate.reply.status) : fate.kind;
  parts.stats.settled(asked.operation, outcome);
  const ms = Math.round(performance.now() - began);
  parts.cloud.log({
    event: 'request',
    operation: asked.operation,
    path: asked.resource,
    outcome,
    ms,
    requestId: asked.id,
  });
  await carryOut(fate, outgoing, asked, parts);
}

async function fateOf(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  asked: Asked,
  parts: ServiceParts,
): Promise<Fate> {
  try {
    const target = readTarget(incoming.url ?? '/');
    asked.resource = target.path;
    const addressee = addresseeOf(incoming.headers.host ?? '', target.path);
    asked.service = addressee.service;
    const route = routeOf(addressee.service, incoming.method ?? '', target.path, target.query);
    if (!(route instanceof ServiceError)) asked.operation = route.operation;
    checkAccess(incoming, addressee, target, parts);
    if (route instanceof ServiceError) throw route;
    return await decideFate(requestOf(incoming, outgoing, asked, target, route), target.path, parts);
  } catch (error) {
    if (!(error instanceof ServiceError) && !incoming.errored && !outgoing.destroyed) {
      const detail = error instanceof Error ? error.stack : String(error);
      parts.cloud.log({ level: 'error', event: 'request failed', requestId: asked.id, error: detail });
    }
    return { kind: 'answer', reply: errorReply(error, asked) };
  }
}

function checkAccess(
  incoming: IncomingMessage,
  addressee: Addressee,
  target: Target,
  parts: ServiceParts,
): void {
  const { cloud, credentials, stats } = parts;
  const signed = { method: incoming.method ?? '', ...target, headers: incoming.headers };
  try {
    authorize(addressee.service, signed, credentials, cloud.clock.now());
  } catch (error) {
    stats.refused();
    throw error;
  }
  const { bucket = cloud.bucket, region = cloud.region } = addressee;
  if (bucket !== cloud.bucket || region !== cloud.region) {
    throw new ServiceError(404, 'NoSuchBucket', `The bucket ${bucket} does not exist in ${region}.`);
  }
}

function requestOf(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  asked: Asked,
  target: Target,
  route: Route,
): CloudRequest {
  return {
    id: asked.id,
    service: asked.service,
    ...route,
    query: target.query,
    headers: incoming.headers,
    hideCreatedForMs: 0,
    body: () => {
      if (expectsContinue(incoming)) outgoing.writeContinue();
      return incoming;
    },
  };
}

async function carryOut(
  fate: Fate,
  outgoing: ServerResponse,
  asked: Asked,
  { cloud }: ServiceParts,
): Promise<void> {
  if (fate.kind === 'hang') return;
  if (fate.kind === 'reset') {
    outgoing.req.socket.resetAndDestroy();
    return;
  }
  // CI answers `x-ci-request-id` and never COS's name for it [doc].
  outgoing.setHeader(asked.service === 'ci' ? 'x-ci-request-id' : 'x-cos-request-id', asked.id);
  outgoing.setHeader('server', asked.service === 'ci' ? 'tencent-ci' : 'tencent-cos');
  outgoing.setHeader('date', new Date(cloud.clock.now()).toUTCString());
  // A client that was never told to go on may or may not send its body: the connection cannot be used again.
  if (expectsContinue(outgoing.req) && !outgoing.req.readableDidRead)
    outgoing.setHeader('connection', 'close');
  await (fate.kind === 'truncate' ? sendHalf : sendReply)(outgoing, fate.reply);
}

function expectsContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue';
}
