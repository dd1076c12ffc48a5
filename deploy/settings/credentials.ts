import type { Credentials } from '../../shared/ci/client/client-options.ts';
import type { Environment } from '../../shared/environment.ts';
/** Of the person at the keyboard, under the names of Tencent's command-line tools; empty when they are not set. */
export function credentialsOf(env: Environment): Credentials {
  const sessionToken = env['TENCENTCLOUD_SESSION_TOKEN'];
  return {
    secretId: env['TENCENTCLOUD_SECRET_ID'] ?? '',
    secretKey: env['TENCENTCLOUD_SECRET_KEY'] ?? '',
    ...(sessionToken ? { sessionToken } : {}),
  };
}
