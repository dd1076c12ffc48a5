import { describe, expect, it } from 'vitest';
import { endpointAt, startReceiver } from '../../worlds/receiver.ts';
import { answering, failToConnect, PUBLIC_BUT_EMPTY, post, watchConnecting } from './name-resolution.ts';
import { startNameServer } from './name-server.ts';
import { message, newSender } from './sending.ts';

describe('a name whose answer changes between check and use', () => {
  it('is asked for once, and the connection goes where was checked', async () => {
    const receiver = await startReceiver();
    const tried = watchConnecting();
    const names = answering([PUBLIC_BUT_EMPTY], ['127.0.0.1']);
    await failToConnect(`http://hooks.example:${receiver.port}/`, names.lookup, tried);
    expect(names.asked).toEqual(['hooks.example']);
    expect(tried).toEqual([PUBLIC_BUT_EMPTY]);
    expect(receiver.connections()).toBe(0);
  });

  it('does not get through by way of a real name server', async () => {
    const receiver = await startReceiver();
    const tried: string[] = watchConnecting();
    const names = await startNameServer((question) => (question === 0 ? [PUBLIC_BUT_EMPTY] : ['127.0.0.1']));
    const url = `http://hooks.example:${receiver.port}/`;
    await failToConnect(url, names.lookup, tried);
    expect(names.questions()).toBe(1);
    expect(tried).toEqual([PUBLIC_BUT_EMPTY]);
    const second = await post(url, { lookup: names.lookup });
    expect(second).toMatchObject({ kind: 'failed', reason: expect.stringContaining('127.0.0.1 (loopback)') });
    expect(tried).toEqual([PUBLIC_BUT_EMPTY]);
    expect(receiver.connections()).toBe(0);
  });

  it('is asked for again by the next connection', async () => {
    const first = await startReceiver((response) => response.writeHead(204, { connection: 'close' }).end());
    const names = answering(['127.0.0.1'], ['127.0.0.1']);
    const sender = newSender({ allowHosts: new Set(['hooks.example']), lookup: names.lookup });
    const endpoint = endpointAt(`http://hooks.example:${first.port}/`);
    for (const expected of [1, 2]) {
      expect(await sender.post(endpoint, message())).toMatchObject({ status: 204 });
      expect(names.asked).toHaveLength(expected);
      expect(first.connections()).toBe(expected);
    }
  });
});
