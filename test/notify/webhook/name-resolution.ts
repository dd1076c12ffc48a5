import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { Attempt, WebhookSenderOptions } from '../../../shared/notify/webhook/post-webhook.ts';
import { endpointAt } from '../../worlds/receiver.ts';
import { until } from '../../worlds/until.ts';
import { message, newSender } from './sending.ts';

/** In a block that IANA has given to nobody: public by its form, and nobody is there. */
export const PUBLIC_BUT_EMPTY = '2000::1';

/** Posts one event; no host is allowed unless told. */
export function post(url: string, options: Partial<WebhookSenderOptions> = {}): Promise<Attempt> {
  return newSender({ allowHosts: new Set(), timeoutMs: 2000, ...options }).post(endpointAt(url), message());
}

/** Posts one event to where nobody is, and gives up as soon as that has been tried. */
export async function failToConnect(url: string, lookup: LookupFunction, tried: readonly string[]) {
  const sender = newSender({ allowHosts: new Set(), lookup });
  const attempt = sender.post(endpointAt(url), message());
  await until(() => expect(tried).toEqual([PUBLIC_BUT_EMPTY]));
  sender.close();
  expect((await attempt).kind).toBe('failed');
}

/** The addresses that sockets of this process try to connect to until the test ends. */
export function watchConnecting(): string[] {
  const tried: string[] = [];
  const watch = (event: unknown) => {
    const { socket } = event as { socket: Socket };
    socket.on('connectionAttempt', (address: string) => tried.push(address));
  };
  subscribe('net.client.socket', watch);
  onTestFinished(() => {
    unsubscribe('net.client.socket', watch);
  });
  return tried;
}

/** Gives these addresses, one list a question. */
export function answering(...lists: readonly string[][]) {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    const list = lists[Math.min(asked.length, lists.length - 1)] ?? [];
    asked.push(hostname);
    const found: LookupAddress[] = list.map((address) => ({ address, family: isIP(address) }));
    if (all) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
  return { lookup, asked };
}
