import * as v from 'valibot';
import { baseUrl, databaseUrl } from './address-checks.ts';
import type { Bucket } from './ci/bucket.ts';
import { JOB_TAG } from './ci/xml/parse-jobs.ts';
import type { Environment } from './environment.ts';
import { ConfigError, commaSeparated, readVariables } from './read-variables.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A token that opens the API. */
export interface Token {
  /** whom acts are said to be done by */
  readonly name: string;
  readonly secret: string;
  readonly mayWrite: boolean;
}

/** Who may call the HTTP functions: everybody, or whoever shows one of the tokens. */
export type Access = { readonly open: true } | { readonly open: false; readonly tokens: readonly Token[] };

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
}

const BUCKET = /^([a-z0-9][a-z0-9-]{0,49}-\d{1,20})@([a-z]{2,}(?:-[a-z0-9]+)+)$/;
const BUCKETS = 'bucket-appid@region, comma separated';
/** RFC 6750's b64token, what can stand behind `Bearer `, perhaps behind a name. */
const NAMED_TOKEN = /^(?:([a-z0-9-]{1,32}):)?([A-Za-z0-9\-._~+/]+=*)$/;

/** A token that can be guessed opens the door: 20 letters of base64 are 120 bits. */
const MIN_TOKEN_LENGTH = 20;

const commaList = v.pipe(v.string(), v.transform(commaSeparated));

const tokenList = v.pipe(
  commaList,
  v.check(
    (tokens) => tokens.every((token) => (NAMED_TOKEN.exec(token)?.[2]?.length ?? 0) >= MIN_TOKEN_LENGTH),
    `tokens of at least ${MIN_TOKEN_LENGTH} letters of RFC 6750, comma separated, each perhaps behind a name and a colon`,
  ),
);

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

const httpOrigin = v.pipe(
  v.string(),
  v.check(
    (text) =>
      /^https?:/i.test(text) && URL.canParse(text) && new URL(text).href === `${new URL(text).origin}/`,
    'an http or https URL without a path',
  ),
  v.transform((text) => new URL(text)),
);

const origins = v.pipe(
  commaList,
  v.check(
    (items) => items.every((item) => item === '*' || isOrigin(item)),
    'origins such as https://app.example, comma separated, or *',
  ),
);

/** `*` within a host would be compared as it is, and match nobody. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && !text.includes('*');
}

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
  CORS_ORIGINS: v.optional(origins, ''),
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
  };
}

/** Whoever sets both believes that tokens are asked for. */
function accessOf(auth: 'none' | undefined, writing: readonly string[], reading: readonly string[]): Access {
  const tokens = [
    ...writing.map((text, index) => tokenOf(text, `token-${index + 1}`, true)),
    ...reading.map((text, index) => tokenOf(text, `read-token-${index + 1}`, false)),
  ];
  if (auth === undefined) return { open: false, tokens };
  if (tokens.length === 0) return { open: true };
  throw new ConfigError(
    'API_AUTH: expected nothing beside API_TOKENS and READ_TOKENS, got none, which opens the API to everybody',
  );
}

function tokenOf(text: string, unnamed: string, mayWrite: boolean): Token {
  const [, name = unnamed, secret = ''] = NAMED_TOKEN.exec(text) ?? [];
  return { name, secret, mayWrite };
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
