import { describe, expect, it } from 'vitest';
import { startReceiver } from '../../worlds/receiver.ts';
import { answering, PUBLIC_BUT_EMPTY, post, watchConnecting } from './name-resolution.ts';
import { startNameServer } from './name-server.ts';

const PRIVATE: readonly [string, string][] = [
  ['127.0.0.1', 'loopback'],
  ['169.254.0.23', 'linkLocal'],
  ['169.254.169.254', 'linkLocal'],
  ['10.0.0.1', 'private'],
  ['172.16.3.4', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'carrierGradeNat'],
  ['0.0.0.0', 'unspecified'],
  ['::1', 'loopback'],
  ['fd00::1', 'uniqueLocal'],
  ['fe80::1', 'linkLocal'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['64:ff9b::7f00:1', 'rfc6052'],
];

describe('a name that leads to a place that is not public', () => {
  it.each(PRIVATE)('%s is refused, and nobody connects', async (address, range) => {
    const receiver = await startReceiver();
    const tried = watchConnecting();
    const attempt = await post(`http://hooks.example:${receiver.port}/a?b=c`, answering([address]));
    expect(attempt).toEqual({
      kind: 'failed',
      reason: `hooks.example resolves to ${address} (${range}): expected a public address, or the host in WEBHOOK_ALLOW_HOSTS`,
    });
    expect(tried).toEqual([]);
    expect(receiver.connections()).toBe(0);
  });

  it.each([[['2606:4700::1', '127.0.0.1']], [['127.0.0.1', '2606:4700::1']]])(
    'is refused when a public address stands beside it: %j',
    async (addresses) => {
      const receiver = await startReceiver();
      const tried = watchConnecting();
      const attempt = await post(`http://hooks.example:${receiver.port}/`, answering(addresses));
      expect(attempt).toMatchObject({ kind: 'failed', reason: expect.stringContaining('(loopback)') });
      expect(tried).toEqual([]);
      expect(receiver.connections()).toBe(0);
    },
  );

  it('is refused when a real name server says so', async () => {
    const receiver = await startReceiver();
    const tried = watchConnecting();
    const { lookup } = await startNameServer(() => [PUBLIC_BUT_EMPTY, '127.0.0.1']);
    const attempt = await post(`http://hooks.example:${receiver.port}/`, { lookup });
    expect(attempt).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('hooks.example resolves to 127.0.0.1 (loopback)'),
    });
    expect(tried).toEqual([]);
    expect(receiver.connections()).toBe(0);
  });

  it.each(['localhost', 'LOCALHOST'])(
    'is refused when it is %s, which the machine itself resolves',
    async (host) => {
      const receiver = await startReceiver();
      const attempt = await post(`http://${host}:${receiver.port}/`);
      expect(attempt).toMatchObject({ kind: 'failed', reason: expect.stringContaining('(loopback)') });
      expect(receiver.connections()).toBe(0);
    },
  );

  it('is refused over https as well', async () => {
    const receiver = await startReceiver();
    const attempt = await post(`https://hooks.example:${receiver.port}/`, answering(['127.0.0.1']));
    expect(attempt).toMatchObject({ kind: 'failed', reason: expect.stringContaining('(loopback)') });
    expect(receiver.connections()).toBe(0);
  });

  it('is refused when the name differs from an allowed one by a dot at its end', async () => {
    const receiver = await startReceiver();
    const allowHosts = new Set(['hooks.example']);
    const url = `http://hooks.example.:${receiver.port}/`;
    const attempt = await post(url, { allowHosts, ...answering(['127.0.0.1']) });
    expect(attempt).toMatchObject({ kind: 'failed', reason: expect.stringContaining('(loopback)') });
    expect(receiver.connections()).toBe(0);
  });
});
