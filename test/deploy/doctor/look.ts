import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type { CloudAccess } from '../../../deploy/doctor/cloud-access.ts';
import type { StandIn } from '../../../emulators/scf-api/start-scf.ts';
import { SECRETS, type TestCloud } from '../../worlds/running-cloud.ts';

/** Nobody gives up in these tests. */
export const PATIENT = new AbortController().signal;

/** COS and CI at the local cloud. */
export function accessTo({ cloud }: TestCloud): CloudAccess {
  const url = new URL(cloud.url);
  return {
    credentials: { secretId: SECRETS.SecretId, secretKey: SECRETS.SecretKey },
    ciEndpoint: url,
    cosEndpoint: url,
    apiEndpoint: undefined,
    now: Date.now,
  };
}

/** The API of SCF, STS and CAM at its stand-in. */
export function accessToApi({ port, credentials }: StandIn): CloudAccess {
  return {
    credentials,
    ciEndpoint: undefined,
    cosEndpoint: undefined,
    apiEndpoint: new URL(`http://127.0.0.1:${port}`),
    now: Date.now,
  };
}

/** A port of this machine where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Answering {
  readonly status: number;
  readonly body?: string;
}

/** Somebody who answers every request in the way given, and remembers what was asked. */
export async function startAnswering(
  answer: (method: string, path: string) => Answering | Promise<Answering>,
) {
  const asked: string[] = [];
  const server = createHttpServer(async ({ method = '', url = '' }, response) => {
    asked.push(`${method} ${url}`);
    const { status, body = '' } = await answer(method, url);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: new URL(`http://127.0.0.1:${port}`), asked };
}
