import path from 'node:path';
import type { BucketPlace } from '../emulators/ci/open-bucket.ts';
import { DEFAULT_BUCKET, readBuckets } from '../emulators/ci/read-buckets.ts';
import type { Environment } from '../shared/environment.ts';
import { StartError } from './start-error.ts';

/** The bucket of the local Cloud Infinite + COS that has the sample. */
export const { bucket: LOCAL_BUCKET, region: LOCAL_REGION } = DEFAULT_BUCKET;
/** Below it files may be uploaded. */
export const LOCAL_UPLOADS = 'uploads/';

export interface Settings {
  /** Of the functions; 0 for any free one. */
  port: number;
  /** Of the local Cloud Infinite + COS; 0 for any free one. */
  ciPort: number;
  /** Absolute. With --live a folder below DATA_DIR: watches of the real service are none of the local one's. */
  dataDir: string;
  /** What the local service accepts. */
  secretId: string;
  secretKey: string;
  /** `LOCAL_REFUSAL=AccessDenied`: whatever is wrong with a signature is answered with 401 AccessDenied. */
  refusesVaguely: boolean;
  /** `LOCAL_BUCKETS`: further buckets of the local service. */
  otherBuckets: readonly BucketPlace[];
  /** Against the real service, with real credentials. */
  live: boolean;
  /** Build and reload when a source file changes. */
  watch: boolean;
  /** `LOG=json`: every log entry as one line of JSON. */
  jsonLog: boolean;
}

/** @throws StartError naming the setting, what was expected and what came */
export function readSettings(env: Environment, args: readonly string[]): Settings {
  const unknown = args.find((arg) => arg !== '--watch' && arg !== '--live');
  if (unknown !== undefined) throw new StartError(`Expected --watch or --live, got ${unknown}`);
  const live = args.includes('--live');
  return {
    port: port(env, 'PORT', 3000),
    ciPort: port(env, 'CI_PORT', 9000),
    dataDir: path.resolve(env['DATA_DIR'] || '.local', live ? 'live' : ''),
    secretId: env['LOCAL_SECRET_ID'] || 'jobwatch-local',
    secretKey: env['LOCAL_SECRET_KEY'] || 'jobwatch-local-secret',
    refusesVaguely: refusal(env),
    otherBuckets: otherBuckets(env),
    live,
    watch: args.includes('--watch'),
    jsonLog: env['LOG'] === 'json',
  };
}

function refusal(env: Environment): boolean {
  const text = env['LOCAL_REFUSAL'] ?? '';
  if (text === '' || text === 'AccessDenied') return text !== '';
  throw new StartError(`LOCAL_REFUSAL: expected AccessDenied or nothing, got ${JSON.stringify(text)}`);
}

function otherBuckets(env: Environment): readonly BucketPlace[] {
  try {
    return readBuckets(env['LOCAL_BUCKETS']);
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error));
  }
}

function port(env: Environment, name: string, fallback: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) {
    throw new StartError(`${name}: expected a port from 0 to 65535, got ${JSON.stringify(text)}`);
  }
  return value;
}
