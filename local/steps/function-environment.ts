import { createHash } from 'node:crypto';
import type { Credentials } from '../../shared/ci/client/client-options.ts';
import type { Environment } from '../../shared/environment.ts';
import type { Receiver } from '../receiver/start-receiver.ts';
import { LOCAL_BUCKET, LOCAL_REGION, LOCAL_UPLOADS, type Settings } from '../settings.ts';
import { StartError } from '../start-error.ts';

/** What `${env:…}` in serverless.yml stands for with the local cloud; what the user has set wins. */
export function localEnvironment(
  env: Environment,
  functionsUrl: string,
  { secretKey, otherBuckets }: Pick<Settings, 'secretKey' | 'otherBuckets'>,
): Environment {
  const buckets = [{ bucket: LOCAL_BUCKET, region: LOCAL_REGION }, ...otherBuckets];
  return {
    CI_BUCKETS: buckets.map(({ bucket, region }) => `${bucket}@${region}`).join(','),
    CALLBACK_URL: functionsUrl,
    CALLBACK_TOKEN: callbackToken(secretKey),
    PREVIEWS: 'on',
    UPLOADS: LOCAL_UPLOADS,
    ...onThisMachine(env),
    ...whatIsSet(env),
  };
}

/** Sends every event to the receiver alone. Its address is one of this machine, which has to be allowed. */
export function webhooksTo({ url, secret }: Pick<Receiver, 'url' | 'secret'>): Environment {
  return {
    WEBHOOKS: JSON.stringify([{ name: 'local', url, secrets: [secret] }]),
    WEBHOOK_ALLOW_HOSTS: new URL(url).hostname,
  };
}

/** The same at every start: a job may call back after the one that submitted it. */
function callbackToken(secretKey: string): string {
  return createHash('sha256').update(`callback ${secretKey}`).digest('hex');
}

/** The same with `--live`: where and as whom is the user's to say. @throws StartError when it is not said */
export function liveEnvironment(env: Environment): Environment {
  required(env, 'CI_BUCKETS', 'such as media-1250000000@ap-guangzhou');
  return { ...onThisMachine(env), ...whatIsSet(env) };
}

/** The user's own credentials, under the names of the command-line tools. @throws StartError when they are missing */
export function liveCredentials(env: Environment): Credentials {
  const secretId = required(env, 'TENCENTCLOUD_SECRET_ID', 'a SecretId of the account');
  const secretKey = required(env, 'TENCENTCLOUD_SECRET_KEY', 'its SecretKey');
  const sessionToken = env['TENCENTCLOUD_SESSION_TOKEN'];
  return { secretId, secretKey, ...(sessionToken ? { sessionToken } : {}) };
}

/**
 * Without tokens every request would be 401; on an address that only this machine reaches, none are needed. What is
 * compressed is known to come through whole here.
 */
function onThisMachine(env: Environment): Environment {
  const hasTokens = Boolean(env['API_TOKENS'] || env['READ_TOKENS']);
  return { COMPRESS: 'on', ...(hasTokens ? {} : { API_AUTH: 'none' }) };
}

function whatIsSet(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

function required(env: Environment, name: string, expected: string): string {
  const value = env[name];
  if (value) return value;
  throw new StartError(`--live works with the real service: set ${name} (${expected})`);
}
