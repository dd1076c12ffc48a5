import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActionContext } from './action.ts';
import { ApiError } from './api-error.ts';
import type { Faults } from './faults.ts';
import { actionNamed, isWrite } from './services.ts';
import { type Credentials, verifyTc3 } from './verify-tc3.ts';

/** A call that was signed well. */
export interface Call {
  readonly action: string;
  /** The function, or the domain, that it names. */
  readonly function?: string;
  readonly isWrite: boolean;
}

interface Parts {
  readonly context: ActionContext;
  readonly credentials: Credentials;
  readonly faults: Faults;
  readonly calls: Call[];
  readonly arrived: string[];
}

/** Answers one request of API 3.0: all answers have status 200, errors too. */
export async function serveRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  parts: Parts,
): Promise<void> {
  const RequestId = randomUUID();
  try {
    const answer = await answerOf(incoming, parts);
    if (answer === 'dropped') incoming.socket.destroy();
    else send(outgoing, { ...answer, RequestId });
  } catch (error) {
    const { code, message } =
      error instanceof ApiError ? error : new ApiError('InternalError', `The stand-in failed: ${error}`);
    send(outgoing, { Error: { Code: code, Message: message }, RequestId });
  }
}

async function answerOf(incoming: IncomingMessage, parts: Parts): Promise<object | 'dropped'> {
  const { headers } = incoming;
  const body = await readAll(incoming);
  if (incoming.method !== 'POST' || incoming.url !== '/')
    throw new ApiError('UnsupportedProtocol', `Expected POST /, got ${incoming.method} ${incoming.url}.`);
  const name = String(headers['x-tc-action'] ?? '');
  parts.arrived.push(name);
  const service = verifyTc3({ headers, body }, parts.credentials, Date.now() / 1000);
  const parameters = jsonOf(body);
  parts.calls.push({ action: name, ...subjectOf(parameters), isWrite: isWrite(name) });

  const fault = parts.faults.next();
  if (fault === 'drop before') return 'dropped';
  if (fault !== undefined && fault !== 'drop after') throw new ApiError(fault.code, 'As the test asked for.');
  const run = actionNamed(service, String(headers['x-tc-version'] ?? ''), name);
  const region = headers['x-tc-region'];
  if (service === 'scf' && region !== parts.context.account.region)
    throw new ApiError('UnsupportedRegion', `This account has nothing in ${region ?? 'no region'}.`);
  const answering = run(parameters, parts.context);
  if (fault !== 'drop after') return await answering;
  // Refusals are lost on the way back as well.
  await answering.catch(() => undefined);
  return 'dropped';
}

function send(outgoing: ServerResponse, response: object): void {
  outgoing.setHeader('content-type', 'application/json');
  outgoing.end(JSON.stringify({ Response: response }));
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ApiError('InvalidParameter', 'The body is not JSON.');
  }
}

function subjectOf(parameters: unknown): { function?: string } {
  const { FunctionName, Domain } = Object(parameters);
  const subject: unknown = FunctionName ?? Domain;
  return typeof subject === 'string' ? { function: subject } : {};
}
