import { Agent } from 'node:http';
import type { Credentials } from '../../../shared/ci/client/client-options.ts';

/** Who asks, and where, as the official SDK takes it. Without an endpoint each product is asked at its own. */
export function sdkConfig({ secretId, secretKey, sessionToken }: Credentials, endpoint: URL | undefined) {
  return {
    credential: { secretId, secretKey, ...(sessionToken === undefined ? {} : { token: sessionToken }) },
    httpProfile: endpoint === undefined ? {} : at(endpoint),
  };
}

function at({ host, protocol }: URL) {
  return {
    endpoint: host,
    protocol: `${protocol}//`,
    // An agent of its own keeps a proxy of the environment out of the way of a local address.
    ...(protocol === 'http:' ? { agent: new Agent({ keepAlive: false }) } : {}),
  };
}
