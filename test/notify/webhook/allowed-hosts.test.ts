import { describe, expect, it } from 'vitest';
import { startReceiver } from '../../worlds/receiver.ts';
import { answering, post, watchConnecting } from './name-resolution.ts';

describe('an address in place of a name', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1 (loopback)'],
    ['0x7f.1', '127.0.0.1 (loopback)'],
    ['2130706433', '127.0.0.1 (loopback)'],
    ['0177.0.0.1', '127.0.0.1 (loopback)'],
    ['127.1', '127.0.0.1 (loopback)'],
    ['127.0.0.1.', '127.0.0.1 (loopback)'],
    ['①②⑦.0.0.1', '127.0.0.1 (loopback)'],
    ['0.0.0.0', '0.0.0.0 (unspecified)'],
    ['[::1]', '::1 (loopback)'],
    ['[::ffff:127.0.0.1]', '::ffff:7f00:1 (loopback)'],
    ['[64:ff9b::127.0.0.1]', '64:ff9b::7f00:1 (rfc6052)'],
    ['169.254.169.254', '169.254.169.254 (linkLocal)'],
  ])('%s is refused before anybody connects', async (host, said) => {
    const receiver = await startReceiver();
    const tried = watchConnecting();
    const attempt = await post(`http://${host}:${receiver.port}/`);
    expect(attempt).toEqual({
      kind: 'failed',
      reason: `${said}: expected a public address, or the host in WEBHOOK_ALLOW_HOSTS`,
    });
    expect(tried).toEqual([]);
    expect(receiver.connections()).toBe(0);
  });
});

describe('a host that the operator allows', () => {
  it.each(['127.0.0.1', 'localhost', 'LocalHost', '0x7f.1'])('%s gets its events', async (host) => {
    const receiver = await startReceiver();
    const allowHosts = new Set(['localhost', '127.0.0.1']);
    expect(await post(`http://${host}:${receiver.port}/`, { allowHosts })).toMatchObject({ status: 204 });
    expect(receiver.received).toHaveLength(1);
  });

  it.each(['127.0.0.1', '::ffff:127.0.0.1'])('gets them at %s, by its name', async (address) => {
    const receiver = await startReceiver();
    const allowHosts = new Set(['hooks.example']);
    const attempt = await post(`http://hooks.example:${receiver.port}/`, {
      allowHosts,
      ...answering([address]),
    });
    expect(attempt).toMatchObject({ status: 204 });
  });

  it('allows no other name for the same address', async () => {
    const receiver = await startReceiver();
    const allowHosts = new Set(['127.0.0.1', 'hooks.example']);
    const attempt = await post(`http://other.example:${receiver.port}/`, {
      allowHosts,
      ...answering(['127.0.0.1']),
    });
    expect(attempt).toMatchObject({ kind: 'failed', reason: expect.stringContaining('(loopback)') });
    expect(receiver.connections()).toBe(0);
  });
});
