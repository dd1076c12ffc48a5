import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize, type Credentials } from './authorization/authorize.ts';
import type { CloudParts } from './cloud.ts';
import type { CloudRequest } from './cloud-request.ts';
import type { Control } from './control/control.ts';
import { performWithFaults, type RequestOutcome } from './control/perform-with-faults.ts';
import { corsHeaders } from './cors.ts';
import { errorReply } from './error-reply.ts';
import { readTarget, type Target } from './read-target.ts';
import { newRequestId } from './request-id.ts';
import { type Addressee, addresseeOf, type Route, routeOf, type Service } from './route.ts';
import { sendHalf, sendReply } from './send-reply.ts';
import { ServiceError } from './service-error.ts';

export interface ServiceParts extends Control {
  credentials: Credentials;
}

const UNSIGNED: ReadonlySet<string> = new Set(['PostObject', 'OptionsObject']);

/** One request: what came, and what is known of it so far, which is what an error answer tells. */
interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly id: string;
  readonly traceId: string;
  service: Service;
  resource: string;
  operation: string;
}

/** Serves one CI or COS request from the signature to the last byte. */
export async function serveRequest(incoming: IncomingMessage, outgoing: ServerResponse, parts: ServiceParts) {
  const began = performance.now();
  const exchange: Exchange = {
    incoming,
    outgoing,
    id: newRequestId(),
    traceId: newRequestId(),
    service: addresseeOf(incoming.headers.host ?? '', incoming.url ?? '').service,
    resource: incoming.url ?? '',
    operation: 'Unknown',
  };
  const outcome = await perform(exchange, parts);
  const outcomeText = outcome.kind === 'answer' ? String(outcome.reply.status) : outcome.kind;
  parts.stats.settled(exchange.operation, outcomeText);
  const ms = Math.round(performance.now() - began);
  parts.recent.add({
    at: new Date().toISOString(),
    method: incoming.method ?? '',
    bucket: addresseeOf(incoming.headers.host ?? '', '').bucket ?? parts.cloud.bucket,
    path: exchange.resource.replace(/\?.*$/s, ''),
    operation: exchange.operation,
    outcome: outcomeText,
    ms,
  });
  parts.cloud.log({
    event: 'request',
    operation: exchange.operation,
    path: exchange.resource,
    outcome: outcomeText,
    ms,
    requestId: exchange.id,
  });
  await respond(exchange, outcome, parts);
}

async function perform(exchange: Exchange, parts: ServiceParts): Promise<RequestOutcome> {
  const { incoming, outgoing } = exchange;
  try {
    const target = readTarget(incoming.url ?? '/');
    exchange.resource = target.path;
    const addressee = addresseeOf(incoming.headers.host ?? '', target.path);
    exchange.service = addressee.service;
    const route = routeOf(addressee, incoming.method ?? '', target.path, target.query);
    if (!(route instanceof ServiceError)) exchange.operation = route.operation;
    const cloud = checkAccess(exchange, addressee, target, parts);
    if (route instanceof ServiceError) throw route;
    return await performWithFaults(requestOf(exchange, target, route), target.path, { ...parts, cloud });
  } catch (error) {
    if (!(error instanceof ServiceError) && !incoming.errored && !outgoing.destroyed) {
      const detail = error instanceof Error ? error.stack : String(error);
      parts.cloud.log({ level: 'error', event: 'request failed', requestId: exchange.id, error: detail });
    }
    return { kind: 'answer', reply: errorReply(error, exchange) };
  }
}

/** @returns the bucket that is spoken to */
function checkAccess(
  { incoming, operation }: Exchange,
  addressee: Addressee,
  target: Target,
  parts: ServiceParts,
): CloudParts {
  const { cloud, clouds, credentials, stats } = parts;
  const signed = { method: incoming.method ?? '', ...target, headers: incoming.headers };
  const { bucket = parts.cloud.bucket, region = parts.cloud.region } = addressee;
  const named = clouds.find((one) => one.bucket === bucket && one.region === region);
  try {
    // A form is believed by its policy, and a browser asks ahead without any signature.
    if (!UNSIGNED.has(operation)) authorize(addressee.service, signed, credentials, cloud.clock.now());
  } catch (error) {
    stats.refused();
    throw error;
  }
  if (named === undefined) {
    throw new ServiceError(404, 'NoSuchBucket', `The bucket ${bucket} does not exist in ${region}.`);
  }
  return named;
}

function requestOf(exchange: Exchange, target: Target, route: Route): CloudRequest {
  const { incoming, outgoing, id, service } = exchange;
  return {
    id,
    service,
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

async function respond(
  { outgoing, service, id }: Exchange,
  outcome: RequestOutcome,
  { cloud }: ServiceParts,
): Promise<void> {
  if (outcome.kind === 'hang') return;
  if (outcome.kind === 'reset') {
    outgoing.req.socket.resetAndDestroy();
    return;
  }
  for (const [name, value] of Object.entries(corsHeaders(outgoing.req))) outgoing.setHeader(name, value);
  // CI answers `x-ci-request-id` and never COS's name for it [doc].
  outgoing.setHeader(service === 'ci' ? 'x-ci-request-id' : 'x-cos-request-id', id);
  outgoing.setHeader('Server', service === 'ci' ? 'tencent-ci' : 'tencent-cos');
  outgoing.setHeader('Date', new Date(cloud.clock.now()).toUTCString());
  // A client that was never told to go on may or may not send its body: the connection cannot be used again.
  if (expectsContinue(outgoing.req) && !outgoing.req.readableDidRead)
    outgoing.setHeader('Connection', 'close');
  await (outcome.kind === 'truncate' ? sendHalf : sendReply)(outgoing, outcome.reply);
}

function expectsContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue';
}
