import { keyTimeAt } from '../../../shared/ci/signature/key-time.ts';
import { sign } from '../../../shared/ci/signature/sign.ts';
import { withTimeLimit } from '../../../shared/ci/time-limit.ts';
import type { CloudAccess } from '../cloud-access.ts';

export interface ObjectSpot {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** @throws Error with the status, when COS refuses */
export async function putObject(
  cloud: CloudAccess,
  place: ObjectSpot,
  body: Buffer<ArrayBuffer>,
): Promise<void> {
  const { status } = await send(cloud, 'PUT', place, body);
  if (status !== 200)
    throw new Error(`COS answered ${status} to the upload: the credentials need cos:PutObject`);
}

/** @returns whether it is gone */
export async function removeObject(cloud: CloudAccess, place: ObjectSpot): Promise<boolean> {
  const { status } = await send(cloud, 'DELETE', place);
  return status === 204 || status === 404;
}

async function send(
  cloud: CloudAccess,
  method: 'PUT' | 'DELETE',
  { bucket, region, key }: ObjectSpot,
  body?: Buffer<ArrayBuffer>,
): Promise<Response> {
  const origin = cloud.cosEndpoint ?? new URL(`https://${bucket}.cos.${region}.myqcloud.com`);
  const path = `/${key}`;
  const { secretId, secretKey, sessionToken } = cloud.credentials;
  const token = sessionToken === undefined ? {} : { 'x-cos-security-token': sessionToken };
  const headers = { host: origin.host, ...token };
  const keyTime = keyTimeAt(cloud.now());
  const { authorization } = sign({ method, path, query: {}, headers, secretId, secretKey, keyTime });
  const url = new URL(path.split('/').map(encodeURIComponent).join('/'), origin);
  const request = { method, headers: { ...token, authorization }, body: body ?? null };
  return await withTimeLimit(
    REQUEST_TIMEOUT_MS,
    undefined,
    async (signal) => await fetch(url, { ...request, signal }),
  );
}
