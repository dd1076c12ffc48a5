import * as v from 'valibot';
import { type Access, accessOf, tokenList } from './access.ts';
import { baseUrl, corsOrigins, databaseUrl, httpOrigin } from './address-checks.ts';
import type { Bucket } from './ci/bucket.ts';
import { JOB_TAG } from './ci/xml/parse-jobs.ts';
import type { Environment } from './environment.ts';
import { ConfigError, commaList, readVariables } from './read-variables.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Config {
  /** the buckets that requests may name; the first is the default */
  readonly buckets: readonly [Bucket, ...Bucket[]];
  /** connect here instead of to a bucket's own host */
  readonly ciEndpoint: URL | undefined;
  /** for one request to CI, in milliseconds */
  readonly ciTimeoutMs: number;
  /** the same as ciEndpoint for the bucket's objects */
  readonly cosEndpoint: URL | undefined;
  /** what stands at the end of the address that CI calls back */
  readonly callbackToken: string | undefined;
  /** where the function callback answers */
  readonly callbackUrl: string | undefined;
  readonly access: Access;
  readonly corsOrigins: readonly string[];
  /** whether answers are compressed for who accepts it */
  readonly compress: boolean;
  readonly logLevel: LogLevel;
  /** absent: there is no store, and only what needs none works */
  readonly databaseUrl: string | undefined;
  /** requests to CI in a second, of all instances together, per account and region */
  readonly ciMaxRps: number;
  /** kinds of jobs that are watched whoever submits them */
  readonly discover: readonly string[];
  readonly missingGraceSeconds: number;
  /** how long after a POST's deadline CI may take to list the job */
  readonly submitSettleSeconds: number;
  readonly stallAfterSeconds: number;
  readonly retentionDays: number;
  /** whether addresses are given by which anybody can see inputs and outputs */
  readonly previews: boolean;
  /** below which prefix files may be uploaded, ending in `/`; undefined: nowhere */
  readonly uploads: string | undefined;
}

const BUCKET = /^([a-z0-9][a-z0-9-]{0,49}-\d{1,20})@([a-z]{2,}(?:-[a-z0-9]+)+)$/;
const BUCKETS = 'bucket-appid@region, comma separated';
const UPLOADS = /^(?:[\w-]{1,60}\/){1,4}$/;

const bucketList = v.pipe(
  commaList,
  v.check((items) => items.length > 0 && items.every((item) => BUCKET.test(item)), BUCKETS),
  v.transform((items) =>
    items.map((item) => {
      const [, name = '', region = ''] = BUCKET.exec(item) ?? [];
      return { name, region };
    }),
  ),
);

const whole = (what: string, min: number, max: number) => {
  const expected = `whole ${what}, ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d+$/, expected),
    v.transform(Number),
    v.check((value) => value >= min && value <= max, expected),
  );
};

const environment = v.object({
  CI_BUCKETS: v.optional(bucketList, ''),
  CI_ENDPOINT: v.optional(httpOrigin),
  COS_ENDPOINT: v.optional(httpOrigin),
  CALLBACK_TOKEN: v.optional(
    v.pipe(v.string(), v.regex(/^[\w-]{8,200}$/, '8 to 200 letters, digits, - and _')),
  ),
  CALLBACK_URL: v.optional(baseUrl),
  CI_TIMEOUT_MS: v.optional(whole('milliseconds', 100, 60_000), '10000'),
  API_TOKENS: v.optional(tokenList, ''),
  READ_TOKENS: v.optional(tokenList, ''),
  COMPRESS: v.optional(v.picklist(['on', 'off'], 'on or off'), 'off'),
  API_AUTH: v.optional(v.literal('none', 'none, or nothing')),
  CORS_ORIGINS: v.optional(corsOrigins, ''),
  DATABASE_URL: v.optional(databaseUrl),
  CI_MAX_RPS: v.optional(whole('requests a second', 1, 1000), '50'),
  DISCOVER: v.optional(
    v.pipe(
      commaList,
      v.check(
        (tags) => tags.every((tag) => JOB_TAG.test(tag)),
        'kinds of jobs such as Animation, comma separated',
      ),
    ),
    '',
  ),
  MISSING_GRACE_SECONDS: v.optional(whole('seconds', 0, 86_400), '300'),
  SUBMIT_SETTLE_SECONDS: v.optional(whole('seconds', 0, 3600), '120'),
  STALL_AFTER_SECONDS: v.optional(whole('seconds', 60, 2_592_000), '21600'),
  RETENTION_DAYS: v.optional(whole('days', 1, 3650), '30'),
  PREVIEWS: v.optional(v.picklist(['on', 'off'], 'on or off'), 'off'),
  UPLOADS: v.optional(
    v.pipe(v.string(), v.regex(UPLOADS, 'a prefix of letters, digits, -, _ and /, such as uploads/')),
  ),
  LOG_LEVEL: v.optional(v.picklist(['debug', 'info', 'warn', 'error'], 'debug, info, warn or error'), 'info'),
});

/** Reads the function's environment. @throws ConfigError */
export function readConfig(env: Environment): Config {
  const output = readVariables(environment, env);
  const [first, ...others] = output.CI_BUCKETS;
  if (first === undefined) throw new ConfigError(`CI_BUCKETS: required, ${BUCKETS}`);
  return {
    buckets: [first, ...others],
    ciEndpoint: output.CI_ENDPOINT,
    ciTimeoutMs: output.CI_TIMEOUT_MS,
    cosEndpoint: output.COS_ENDPOINT,
    callbackToken: output.CALLBACK_TOKEN,
    callbackUrl: output.CALLBACK_URL,
    access: accessOf(output.API_AUTH, output.API_TOKENS, output.READ_TOKENS),
    compress: output.COMPRESS === 'on',
    corsOrigins: output.CORS_ORIGINS,
    logLevel: output.LOG_LEVEL,
    databaseUrl: output.DATABASE_URL,
    ciMaxRps: output.CI_MAX_RPS,
    discover: output.DISCOVER,
    missingGraceSeconds: output.MISSING_GRACE_SECONDS,
    submitSettleSeconds: output.SUBMIT_SETTLE_SECONDS,
    stallAfterSeconds: output.STALL_AFTER_SECONDS,
    retentionDays: output.RETENTION_DAYS,
    previews: output.PREVIEWS === 'on',
    uploads: output.UPLOADS,
  };
}

/** What a function reads that never asks CI. @throws ConfigError */
export function readStoreConfig(
  env: Environment,
): Pick<Config, 'databaseUrl' | 'retentionDays' | 'logLevel'> {
  const output = readVariables(v.pick(environment, ['DATABASE_URL', 'RETENTION_DAYS', 'LOG_LEVEL']), env);
  return {
    databaseUrl: output.DATABASE_URL,
    retentionDays: output.RETENTION_DAYS,
    logLevel: output.LOG_LEVEL,
  };
}
