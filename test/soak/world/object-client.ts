import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import COS from 'cos-nodejs-sdk-v5';
import { type ObjectPlace, REGION } from '../places.ts';

const TIMEOUT_MS = 4000;
const SIGNED_FOR_SECONDS = 900;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ObjectClientOptions {
  readonly secretId: string;
  readonly secretKey: string;
  readonly portOf: (bucket: string) => number;
  /** By how much the service's clock is ahead. */
  readonly offsetMs: () => number;
}

/** Speaks to COS as its users do, signed by the official client's own function. */
export class ObjectClient {
  readonly #options: ObjectClientOptions;
  /** What must never be logged. */
  readonly signatures: string[] = [];

  constructor(options: ObjectClientOptions) {
    this.#options = options;
  }

  /** Rejects when there is no whole answer. */
  async call(
    method: 'PUT' | 'GET' | 'DELETE',
    { bucket, key }: ObjectPlace,
    more: { body?: Buffer; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { portOf } = this.#options;
    const host = `${bucket}.cos.${REGION}.myqcloud.com`;
    const headers: Record<string, string> = { host, ...more.headers };
    if (method === 'PUT') headers['content-length'] = String(more.body?.length ?? 0);
    headers['authorization'] = this.#sign(method, key, headers);
    const path = `/${key.split('/').map(encodeURIComponent).join('/')}`;
    return await new Promise((resolve, reject) => {
      const outgoing = request(
        { port: portOf(bucket), host: '127.0.0.1', method, path, headers, agent: false },
        (incoming) => {
          buffer(incoming).then(
            (body) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
            reject,
          );
        },
      );
      outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', reject);
      outgoing.end(more.body);
    });
  }

  #sign(method: string, key: string, headers: Record<string, string>): string {
    const { secretId, secretKey, offsetMs } = this.#options;
    const now = Math.floor((Date.now() + offsetMs()) / 1000);
    const authorization = COS.getAuthorization({
      ...{ SecretId: secretId, SecretKey: secretKey, Pathname: `/${key}`, Headers: headers },
      Method: method as COS.Method,
      KeyTime: `${now - 60};${now + SIGNED_FOR_SECONDS}`,
    });
    const [, signature = ''] = /q-signature=([0-9a-f]+)/.exec(authorization) ?? [];
    this.signatures.push(signature);
    return authorization;
  }
}

/** The value of `x-cos-copy-source`. */
export function copySource({ bucket, key }: ObjectPlace): string {
  return `${bucket}.cos.${REGION}.myqcloud.com/${key.split('/').map(encodeURIComponent).join('/')}`;
}
