import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { cloudEventBody } from '../../../shared/notify/webhook/cloud-event.ts';
import { endpointAt, newSecret, startReceiver, textOf } from '../../worlds/receiver.ts';
import { until } from '../../worlds/until.ts';
import { message, newSender, startRaw } from './sending.ts';

describe('what arrives', () => {
  it('is one signed event that both official libraries take, under either secret of a rotation', async () => {
    const receiver = await startReceiver();
    const secrets = [newSecret(), newSecret()];
    const at = new Date();
    const body = cloudEventBody({
      id: 'j1-1',
      type: 'jobwatch.job.failed',
      source: '/buckets/media-1250000000',
      subject: 'j1',
      at,
      data: JSON.stringify({ Watch: { JobId: 'j1' }, Job: { Message: '失敗 🐎' } }),
    });
    const attempt = await newSender().post(
      endpointAt(`http://127.0.0.1:${receiver.port}/in/here?team=7&x=%20`, secrets),
      { id: 'j1-1', body: Buffer.from(body), atMs: at.getTime() },
    );
    expect(attempt).toEqual({ kind: 'answered', status: 204, retryAfterMs: undefined });
    const [got, ...others] = receiver.received;
    if (!got) throw new Error('nothing arrived');
    expect(others).toEqual([]);
    expect(got).toMatchObject({ method: 'POST', url: '/in/here?team=7&x=%20', body });
    expect(got.headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Jobwatch',
      'webhook-id': 'j1-1',
    });
    const headers = Object.fromEntries(
      Object.entries(got.headers).map(([name, value]) => [name, String(value)]),
    );
    for (const secret of secrets) new Webhook(textOf(secret)).verify(got.body, headers);
    expect(() => new Webhook(textOf(newSecret())).verify(got.body, headers)).toThrow();
    expect(HTTP.toEvent({ headers, body: got.body })).toMatchObject({
      id: headers['webhook-id'],
      type: 'jobwatch.job.failed',
      subject: 'j1',
      data: { Watch: { JobId: 'j1' }, Job: { Message: '失敗 🐎' } },
    });
  });

  it('comes over one connection while the receiver keeps it', async () => {
    const receiver = await startReceiver((response) => response.end('thank you'));
    const sender = newSender();
    for (let n = 0; n < 5; n += 1) {
      await sender.post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    }
    expect(receiver.received).toHaveLength(5);
    expect(receiver.connections()).toBe(1);
  });

  it('comes again over a new connection when the kept one turns out to be closed', async () => {
    const receiver = await startRaw((socket, request) => {
      if (request === 0) socket.write('HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n');
      else socket.resetAndDestroy();
    });
    const sender = newSender();
    for (const connections of [1, 2]) {
      const attempt = await sender.post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
      expect(attempt).toMatchObject({ status: 204 });
      expect(receiver.connections()).toBe(connections);
    }
  });
});

describe('a sender that is closed', () => {
  it('ends what is under way as failed, and begins nothing', async () => {
    const sender = newSender();
    const receiver = await startReceiver(() => undefined);
    const endpoint = endpointAt(`http://127.0.0.1:${receiver.port}/`);
    const attempt = sender.post(endpoint, message());
    await until(() => expect(receiver.received.length).toBe(1));
    sender.close();
    expect(await attempt).toEqual({ kind: 'failed', reason: 'the sender was closed' });
    expect(await sender.post(endpoint, message())).toEqual({
      kind: 'failed',
      reason: 'the sender was closed',
    });
    expect(receiver.connections()).toBe(1);
  });

  it('resolves a name once for many connections at the same time', async () => {
    const receiver = await startReceiver();
    const waiting: (() => void)[] = [];
    const sender = newSender({
      allowHosts: new Set(['hooks.example']),
      lookup: (_, __, callback) => {
        waiting.push(() => callback(null, '127.0.0.1', 4));
      },
    });
    const endpoint = endpointAt(`http://hooks.example:${receiver.port}/`);
    const attempts = Promise.all([1, 2, 3].map(() => sender.post(endpoint, message())));
    await until(() => expect(waiting.length).toBe(1));
    for (const answer of waiting) answer();
    expect(await attempts).toMatchObject([{ status: 204 }, { status: 204 }, { status: 204 }]);
    expect(waiting).toHaveLength(1);
  });
});
