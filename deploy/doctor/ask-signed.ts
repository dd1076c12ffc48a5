import { exchange, type WireAnswer } from '../../shared/ci/client/exchange.ts';
import { requestTarget } from '../../shared/ci/client/request-target.ts';
import { keyTimeAt } from '../../shared/ci/signature/key-time.ts';
import { sign } from '../../shared/ci/signature/sign.ts';
import type { CloudAccess } from './cloud-access.ts';

/** A page of templates or buckets is a few KB. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface SignedRequest {
  readonly method: 'GET' | 'HEAD';
  readonly service: 'ci' | 'cos';
  readonly host: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** Asks COS or CI once. A refusal is an answer too, for the check to read. @throws CiError when no answer comes */
export function askSigned(
  cloud: CloudAccess,
  request: SignedRequest,
  signal: AbortSignal,
): Promise<WireAnswer> {
  const { method, service, host, path, query = {} } = request;
  const { secretId, secretKey, sessionToken } = cloud.credentials;
  const headers = {
    host,
    ...(sessionToken === undefined ? {} : { [`x-${service}-security-token`]: sessionToken }),
  };
  const keyTime = keyTimeAt(cloud.now());
  const { authorization } = sign({ method, path, query, headers, secretId, secretKey, keyTime });
  const endpoint = service === 'ci' ? cloud.ciEndpoint : cloud.cosEndpoint;
  return exchange(
    {
      method,
      origin: endpoint ?? new URL(`https://${host}`),
      target: requestTarget(path, query),
      headers: { ...headers, authorization },
      body: undefined,
      maxBytes: MAX_ANSWER_BYTES,
      freshConnection: true,
    },
    signal,
  );
}
