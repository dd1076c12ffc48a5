import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerControl } from './control/control.ts';
import { ControlError } from './control/control-error.ts';
import { isControlAllowed } from './control/is-allowed.ts';
import { readTarget, type Target } from './read-target.ts';
import { jsonReply, type Reply } from './reply.ts';
import { addresseeOf } from './route.ts';
import { sendReply } from './send-reply.ts';
import { type ServiceParts, serveRequest } from './serve-request.ts';
import { ServiceError } from './service-error.ts';

/** Longer than clients keep an idle connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 75_000;

/** The one server for CI, COS and the control surface; it does not listen yet. Requests wait until `opened`. */
export function createCloudServer(parts: ServiceParts, opened: Promise<void>): Server {
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void opened
      .then(() => serve(incoming, outgoing, parts))
      .catch((error: unknown) => {
        parts.cloud.log({ level: 'error', event: 'answer not sent', error: String(error) });
        outgoing.destroy();
      });
  };
  // requestTimeout 0: a large upload over a slow line may take as long as it takes.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, onRequest);
  // Without this Node would ask for the body before the signature has been looked at.
  server.on('checkContinue', onRequest);
  return server;
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  parts: ServiceParts,
): Promise<void> {
  const control = controlTarget(incoming);
  if (control !== undefined) {
    const reply = await controlReply(incoming, control, parts);
    await sendReply(outgoing, reply);
    return;
  }
  parts.stats.arrived();
  outgoing.once('close', () => parts.stats.gone());
  await serveRequest(incoming, outgoing, parts);
}

/** What is asked, when it is one of the control surface: under a bucket's own host `/_control` is an object like any other. */
function controlTarget({ url = '/', headers }: IncomingMessage): Target | undefined {
  if (!/^\/_control(\/|\?|$)/.test(url)) return undefined;
  const target = readTarget(url);
  return addresseeOf(headers.host ?? '', target.path).bucket === undefined ? target : undefined;
}

async function controlReply(incoming: IncomingMessage, target: Target, parts: ServiceParts): Promise<Reply> {
  try {
    if (!isControlAllowed(incoming))
      throw new ControlError('The control surface is open to this machine only.', 403);
    return await answerControl(incoming, target, parts);
  } catch (error) {
    if (error instanceof ControlError || error instanceof ServiceError) {
      return jsonReply(error.status, { error: error.message });
    }
    throw error;
  }
}
