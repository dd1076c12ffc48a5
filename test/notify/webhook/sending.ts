import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  createWebhookSender,
  type WebhookSender,
  type WebhookSenderOptions,
} from '../../../shared/notify/webhook/post-webhook.ts';
import { listenUntilTestEnds } from '../../worlds/receiver.ts';

export const message = () => ({ id: 'j1-1', body: Buffer.from('{"a":1}'), atMs: Date.now() });

/** A sender that may reach this machine, closed when the test ends. */
export function newSender(options: Partial<WebhookSenderOptions> = {}): WebhookSender {
  const sender = createWebhookSender({ allowHosts: new Set(['127.0.0.1']), timeoutMs: 10_000, ...options });
  onTestFinished(() => sender.close());
  return sender;
}

/** A server that does as told when the n-th packet of a connection arrives. */
export function startRaw(answer: (socket: Socket, packet: number) => void) {
  const server = createServer((socket) => {
    let packet = 0;
    socket.on('data', () => answer(socket, packet++));
  });
  return listenUntilTestEnds(server);
}
