/** Endpoints that take events: `steady` always, `moody` as it is told. What is accepted is on disk before the answer. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { Mood } from '../plan/step.ts';
import { readSettings, ready } from './part-process.ts';

export interface ReceiverSettings {
  readonly port: number;
  readonly file: string;
  /** Of each endpoint. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** One line of the file: an event that was taken. */
export interface ReceivedLine {
  readonly at: number;
  readonly endpoint: string;
  readonly verified: boolean;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly bodyHash: string;
}

/** Of what is sent to a moody endpoint, so much is treated badly. */
const BAD_SHARE = 0.7;
const SLOW_MS = 2000;

const { port, file, secrets } = readSettings<ReceiverSettings>();
let mood: Mood = 'fine';

const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {
  take(incoming, outgoing).catch(() => outgoing.destroy());
});

async function take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await text(incoming);
  const [, what = '', endpoint = ''] = (incoming.url ?? '').split('/');
  if (what === '_mood') {
    mood = JSON.parse(body).mood;
    outgoing.end();
    return;
  }
  const now = endpoint === 'moody' && Math.random() < BAD_SHARE ? mood : 'fine';
  if (now === 'hang') return;
  if (now === 'reset') incoming.socket.resetAndDestroy();
  else if (now === 'refuse') outgoing.writeHead(500).end('no');
  else if (now === 'busy') outgoing.writeHead(429, { 'retry-after': '2' }).end();
  else {
    keep(endpoint, incoming, body);
    if (now === 'forget') incoming.socket.resetAndDestroy();
    else setTimeout(() => outgoing.writeHead(204).end(), now === 'slow' ? SLOW_MS : 0);
  }
}

function keep(endpoint: string, { headers }: IncomingMessage, body: string): void {
  const { id, type, subject } = JSON.parse(body);
  let verified = true;
  try {
    const one = (name: string) => String(headers[name] ?? '');
    new Webhook(secrets[endpoint] ?? '').verify(body, {
      'webhook-id': one('webhook-id'),
      'webhook-timestamp': one('webhook-timestamp'),
      'webhook-signature': one('webhook-signature'),
    });
    verified = headers['webhook-id'] === id;
  } catch {
    verified = false;
  }
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const line: ReceivedLine = { at: Date.now(), endpoint, verified, id, type, subject, bodyHash };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

server.listen(port, '127.0.0.1');
await once(server, 'listening');
ready(async () => {
  server.close();
  server.closeAllConnections();
});
