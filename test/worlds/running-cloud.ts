import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import COS from 'cos-nodejs-sdk-v5';
import { inject } from 'vitest';
import { convert } from 'xmlbuilder2';
import { type Cloud, type CloudOptions, startCloud } from '../../emulators/ci/start-cloud.ts';
import { NO_FFMPEG } from './ffmpeg.ts';

export const BUCKET = 'media-1250000000';
export const REGION = 'ap-guangzhou';
export const CI_HOST = `${BUCKET}.ci.${REGION}.myqcloud.com`;
export const COS_HOST = `${BUCKET}.cos.${REGION}.myqcloud.com`;
export const SECRETS = { SecretId: 'test-id', SecretKey: 'test-key' };

export interface Call {
  method?: string;
  /** As it goes over the wire, query included. */
  url: string;
  host?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** `undefined` signs with the right key; a string replaces the Authorization header, `''` leaves it out. */
  authorization?: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
}

export interface TestCloud {
  cloud: Cloud;
  dataDir: string;
  call(call: Call): Promise<Answer>;
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  client(secrets?: { SecretId: string; SecretKey: string; SecurityToken?: string }): COS;
  /** Closes the service and starts another on the same folder. */
  restart(overrides?: Partial<CloudOptions>): Promise<void>;
  close(): Promise<void>;
}

export async function runCloud(overrides: Partial<CloudOptions> = {}): Promise<TestCloud> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cloud-'));
  const start = (more: Partial<CloudOptions>) =>
    startCloud({
      ...{
        port: 0,
        dataDir,
        secretId: SECRETS.SecretId,
        secretKey: SECRETS.SecretKey,
        bucket: BUCKET,
        region: REGION,
        ffmpeg: inject('ffmpeg') ?? NO_FFMPEG,
      },
      ...overrides,
      ...more,
    });
  const running: TestCloud = {
    cloud: await start({}),
    dataDir,
    call: (call) => send(running.cloud.port, call),
    control: (method, path, body) =>
      send(running.cloud.port, {
        method,
        url: `/_control${path}`,
        host: 'localhost',
        authorization: '',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    // `Ip` makes the client connect here while it signs and sends the bucket's own host.
    client: (secrets = SECRETS) =>
      new COS({ ...secrets, Ip: `127.0.0.1:${running.cloud.port}`, Protocol: 'http:' }),
    restart: async (more = {}) => {
      await running.cloud.close();
      running.cloud = await start(more);
    },
    close: async () => {
      await running.cloud.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return running;
}

/** Signs with the official client's own function: never with code under test. */
export function sign(method: string, url: string, headers: Record<string, string>, keyTime?: string): string {
  // Not by URL: it would take the dots out of a key such as `../x`.
  const [pathname = '', search = ''] = url.split('?');
  return COS.getAuthorization({
    ...SECRETS,
    Method: method as COS.Method,
    Pathname: decodeURIComponent(pathname),
    Query: Object.fromEntries(new URLSearchParams(search)),
    Headers: headers,
    ...(keyTime === undefined ? {} : { KeyTime: keyTime }),
  });
}

export function send(port: number, call: Call): Promise<Answer> {
  const { method = 'GET', url, host = CI_HOST, body } = call;
  const headers: Record<string, string> = { host, ...call.headers };
  const authorization = call.authorization ?? sign(method, url, headers);
  if (authorization !== '') headers['authorization'] = authorization;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', method, path: url, headers, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            bytes,
            text: bytes.toString(),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The answer as xmlbuilder2 reads it: an outside reader for what the service writes. */
export function xmlOf(answer: Pick<Answer, 'text'>): Record<string, unknown> {
  return Object(convert(answer.text, { format: 'object' }));
}

/** All texts of elements called `name`, in order. */
export function texts(answer: Pick<Answer, 'text'>, name: string): string[] {
  return [...answer.text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(
    (match) => match[1] ?? '',
  );
}

export function errorCode(answer: Answer): string {
  return `${answer.status} ${texts(answer, 'Code')[0] ?? ''}`;
}
