import { describe, expect, it } from 'vitest';
import { endpointAt, startReceiver } from '../../worlds/receiver.ts';
import { message, newSender, startRaw } from './sending.ts';

describe('an answer', () => {
  it.each([200, 202, 400, 404, 410, 429, 500, 503])('of %i is told as it is', async (status) => {
    const receiver = await startReceiver((response) => response.writeHead(status).end('text'));
    const attempt = await newSender().post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    expect(attempt).toEqual({ kind: 'answered', status, retryAfterMs: undefined });
  });

  it.each([301, 302, 303, 307, 308])('of %i is not followed', async (status) => {
    const elsewhere = await startReceiver();
    const location = `http://127.0.0.1:${elsewhere.port}/`;
    const receiver = await startReceiver((response) => response.writeHead(status, { location }).end());
    const attempt = await newSender().post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    expect(attempt).toMatchObject({ kind: 'answered', status });
    expect(elsewhere.connections()).toBe(0);
  });

  it.each<[string, number | undefined]>([
    ['7', 7000],
    ['86400', 600_000],
    ['soon', undefined],
  ])('with Retry-After: %s asks for %s ms', async (header, retryAfterMs) => {
    const receiver = await startReceiver((response) =>
      response.writeHead(429, { 'retry-after': header }).end(),
    );
    const attempt = await newSender().post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    expect(attempt).toEqual({ kind: 'answered', status: 429, retryAfterMs });
  });

  it('with a date in Retry-After is counted from the attempt', async () => {
    const atMs = Math.floor(Date.now() / 1000) * 1000;
    const date = new Date(atMs + 90_000).toUTCString();
    const receiver = await startReceiver((response) =>
      response.writeHead(503, { 'retry-after': date }).end(),
    );
    const attempt = await newSender().post(endpointAt(`http://127.0.0.1:${receiver.port}/`), {
      ...message(),
      atMs,
    });
    expect(attempt).toEqual({ kind: 'answered', status: 503, retryAfterMs: 90_000 });
  });

  it('counts by its status when its body never ends', async () => {
    const receiver = await startReceiver((response) => response.writeHead(200).write('and'));
    const sender = newSender({ timeoutMs: 500 });
    const attempt = await sender.post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    expect(attempt).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('gives up on a body that never ends long before the time is up', async () => {
    const receiver = await startReceiver((response) => response.writeHead(200).write('and'));
    const sender = newSender({ timeoutMs: 3_600_000 });
    const attempt = await sender.post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    expect(attempt).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('counts by its status when it is reset in the middle', async () => {
    const receiver = await startRaw((socket) => {
      socket.write('HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\nhalf', () =>
        socket.resetAndDestroy(),
      );
    });
    const attempt = await newSender().post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    expect(attempt).toMatchObject({ kind: 'answered', status: 201 });
  });

  it('without end is cut off by its size, its connection closed', async () => {
    let written = 0;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const closed: Promise<unknown>[] = [];
    const receiver = await startReceiver((response) => {
      closed.push(new Promise((resolve) => response.once('close', resolve)));
      const more = () => {
        do written += chunk.length;
        while (response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    const attempt = await newSender().post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    expect(attempt).toMatchObject({ kind: 'answered', status: 200 });
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
    // What the sockets' buffers hold at the most; a second of reading would be many times as much.
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it('of 10 MB is not waited for', async () => {
    const receiver = await startReceiver((response) => response.end(Buffer.alloc(10 * 1024 * 1024)));
    const attempt = await newSender().post(endpointAt(`http://127.0.0.1:${receiver.port}/`), message());
    expect(attempt).toMatchObject({ kind: 'answered', status: 200 });
  });
});
