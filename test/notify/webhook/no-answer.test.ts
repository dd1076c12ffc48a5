import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { WebhookSenderOptions } from '../../../shared/notify/webhook/post-webhook.ts';
import { endpointAt, newSecret, startReceiver, textOf } from '../../worlds/receiver.ts';
import { message, newSender, startRaw } from './sending.ts';

const NEVER_ANSWERS_MS = 50;

describe('an attempt without an answer', () => {
  const reasonOf = async (url: string, options: Partial<WebhookSenderOptions> = {}) => {
    const attempt = await newSender(options).post(endpointAt(url), message());
    return attempt.kind === 'failed' ? attempt.reason : attempt;
  };

  it('fails in time when the receiver hangs', async () => {
    const receiver = await startReceiver(() => undefined);
    const timeoutMs = NEVER_ANSWERS_MS;
    const reason = await reasonOf(`http://127.0.0.1:${receiver.port}/`, { timeoutMs });
    expect(reason).toBe('127.0.0.1 did not answer (time is up)');
  });

  it('fails in time when headers drip in', async () => {
    const receiver = await startRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nA: '));
    const timeoutMs = NEVER_ANSWERS_MS;
    const reason = await reasonOf(`http://127.0.0.1:${receiver.port}/`, { timeoutMs });
    expect(reason).toBe('127.0.0.1 did not answer (time is up)');
  });

  it('fails in time when its name is never resolved', async () => {
    const lookup = () => undefined;
    const reason = await reasonOf('https://hooks.example/', { lookup, timeoutMs: NEVER_ANSWERS_MS });
    expect(reason).toBe('hooks.example did not answer (time is up)');
  });

  it('says that nobody listens', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = typeof bound === 'object' ? bound?.port : undefined;
    server.close();
    await once(server, 'close');
    expect(await reasonOf(`http://127.0.0.1:${port}/`)).toBe('127.0.0.1 did not answer (ECONNREFUSED)');
  });

  it('says that the connection was reset', async () => {
    const receiver = await startRaw((socket) => socket.resetAndDestroy());
    expect(await reasonOf(`http://127.0.0.1:${receiver.port}/`)).toBe(
      '127.0.0.1 did not answer (ECONNRESET)',
    );
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n', 'that is not HTTP (HPE_'],
    ['endless headers', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}`, '(HPE_HEADER_OVERFLOW)'],
    [
      'a switch of protocols',
      'HTTP/1.1 101 Hi\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      'did not answer (',
    ],
  ])('says so of %s', async (_, bytes, said) => {
    const receiver = await startRaw((socket) => socket.write(bytes));
    expect(await reasonOf(`http://127.0.0.1:${receiver.port}/`)).toContain(said);
  });

  it('says so of a receiver that does not speak TLS', async () => {
    const receiver = await startReceiver();
    expect(await reasonOf(`https://127.0.0.1:${receiver.port}/`)).toMatch(
      /^127\.0\.0\.1 did not answer \([A-Z_]+\)$/,
    );
  });

  it('says that a name does not exist', async () => {
    const reason = await reasonOf('https://hooks.invalid/');
    expect(reason).toMatch(/^hooks\.invalid did not answer \((ENOTFOUND|EAI_AGAIN)\)$/);
  });

  it('says that a name has no address', async () => {
    const reason = await reasonOf('https://hooks.example/', {
      lookup: (_, __, callback) => callback(null, []),
    });
    expect(reason).toBe('hooks.example has no address');
  });

  it('shows no secret, and neither path nor query', async () => {
    const secrets = [newSecret()];
    const receiver = await startRaw((socket) => socket.resetAndDestroy());
    const attempts = await Promise.all(
      [`http://127.0.0.1:${receiver.port}`, 'http://10.0.0.1', 'https://hooks.invalid'].map((origin) =>
        newSender().post(endpointAt(`${origin}/path-of-mine?token=mine`, secrets), message()),
      ),
    );
    const unsendable = await newSender().post(endpointAt(`http://127.0.0.1:${receiver.port}/mine`, secrets), {
      ...message(),
      id: 'line\nbreak',
    });
    for (const attempt of [...attempts, unsendable]) {
      expect(attempt.kind).toBe('failed');
      expect(JSON.stringify(attempt)).not.toContain('mine');
      for (const secret of secrets) expect(JSON.stringify(attempt)).not.toContain(textOf(secret).slice(6));
    }
  });
});
