import type { Credentials } from './ci/client/client-options.ts';
import type { Environment } from './environment.ts';

/**
 * The platform's names for a role's credentials; then those of Tencent's command-line tools. When they end is said by
 * no document: the names for that, in unix seconds as STS's ExpiredTime, are a guess, and nothing relies on them.
 */
const NAMES = [
  [
    'TENCENTCLOUD_SECRETID',
    'TENCENTCLOUD_SECRETKEY',
    'TENCENTCLOUD_SESSIONTOKEN',
    'TENCENTCLOUD_EXPIREDTIME',
  ],
  [
    'TENCENTCLOUD_SECRET_ID',
    'TENCENTCLOUD_SECRET_KEY',
    'TENCENTCLOUD_SESSION_TOKEN',
    'TENCENTCLOUD_EXPIRED_TIME',
  ],
] as const;

/** Neither a role nor an operator gave this function credentials. */
class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
}

/** Reads the credentials anew: the platform rotates them while an instance lives. @throws NoCredentials */
export function readCredentials(env: Environment): Credentials {
  for (const [id, key, token, end] of NAMES) {
    const secretId = env[id];
    const secretKey = env[key];
    const sessionToken = env[token];
    const expiresAt = Number(env[end]);
    if (secretId && secretKey)
      return {
        secretId,
        secretKey,
        ...(sessionToken ? { sessionToken } : {}),
        ...(expiresAt > 0 ? { expiresAt } : {}),
      };
  }
  throw new NoCredentials(
    `expected a role on the function, or ${NAMES[1][0]} and ${NAMES[1][1]} in its environment; got neither`,
  );
}
