import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { BUCKET, CREDENTIALS, REGION } from './test-cloud.ts';

/** One request as it came over the wire. */
export interface StubRequest {
  readonly method: string;
  /** decoded path */
  readonly path: string;
  /** of `/jobs/{ids}`; none otherwise */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly socket: Socket;
}

export interface StubService {
  readonly url: string;
  /** Variables of a function that asks this service. */
  readonly env: Record<string, string>;
}

/** Any server in the place of Cloud Infinite: it answers bytes, or nothing, until the test ends. */
export async function startStubService(answer: (request: StubRequest) => void): Promise<StubService> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk;
      // A request that has a body says how long it is, and comes at once.
      if (!head.includes('\r\n\r\n')) return;
      const [method = '', target = ''] = head.split(' ');
      head = '';
      const [encoded = '', search = ''] = target.split('?');
      const path = decodeURIComponent(encoded);
      const [, ids] = /^\/jobs\/(.+)$/.exec(path) ?? [];
      answer({ method, path, ids: ids?.split(',') ?? [], query: new URLSearchParams(search), socket });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    url,
    env: {
      CI_BUCKETS: `${BUCKET}@${REGION}`,
      CI_ENDPOINT: url,
      COS_ENDPOINT: url,
      CI_MAX_RPS: '1000',
      API_AUTH: 'none',
      DISCOVER: '',
      TENCENTCLOUD_SECRETID: CREDENTIALS.secretId,
      TENCENTCLOUD_SECRETKEY: CREDENTIALS.secretKey,
    },
  };
}

/** One job as Cloud Infinite tells of it. */
export function jobXml(
  id: string,
  more: { state?: string; tag?: string; queueId?: string; rest?: string } = {},
) {
  const { state = 'Running', tag = 'Animation', queueId = 'p1', rest = '' } = more;
  return `<JobsDetail><JobId>${id}</JobId><State>${state}</State><CreationTime>2026-11-25T22:00:00+0800</CreationTime><Tag>${tag}</Tag><QueueId>${queueId}</QueueId>${rest}</JobsDetail>`;
}

export function responseXml(...jobs: string[]): string {
  return `<Response>${jobs.join('')}</Response>`;
}

/** A whole HTTP answer. */
export function http(
  body: string | Buffer,
  { status = '200 OK', headers = {} }: { status?: string; headers?: Record<string, string> } = {},
): Buffer {
  const all = { 'content-length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}
