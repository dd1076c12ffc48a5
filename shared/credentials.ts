import type { Credentials } from './ci/client/client-options.ts';
import type { Environment } from './environment.ts';

/** The platform's names for a role's credentials; then those of Tencent's command-line tools. */
const NAMES = [
  ['TENCENTCLOUD_SECRETID', 'TENCENTCLOUD_SECRETKEY', 'TENCENTCLOUD_SESSIONTOKEN'],
  ['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_SESSION_TOKEN'],
] as const;

/** Neither a role nor an operator gave this function credentials. */
class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
}

/** Reads the credentials anew: the platform rotates them while an instance lives. @throws NoCredentials */
export function readCredentials(env: Environment): Credentials {
  for (const [id, key, token] of NAMES) {
    const secretId = env[id];
    const secretKey = env[key];
    const sessionToken = env[token];
    if (secretId && secretKey) return { secretId, secretKey, ...(sessionToken ? { sessionToken } : {}) };
  }
  throw new NoCredentials(
    `expected a role on the function, or ${NAMES[1][0]} and ${NAMES[1][1]} in its environment; got neither`,
  );
}
