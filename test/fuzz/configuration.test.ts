import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readConfig, readStoreConfig } from '../../shared/config.ts';
import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { ConfigError } from '../../shared/read-variables.ts';
import { runs } from './runs.ts';

const NAMES = [
  'CI_BUCKETS',
  'CI_ENDPOINT',
  'COS_ENDPOINT',
  'CALLBACK_TOKEN',
  'CALLBACK_URL',
  'CI_TIMEOUT_MS',
  'API_TOKENS',
  'API_AUTH',
  'CORS_ORIGINS',
  'DATABASE_URL',
  'CI_MAX_RPS',
  'DISCOVER',
  'MISSING_GRACE_SECONDS',
  'SUBMIT_SETTLE_SECONDS',
  'STALL_AFTER_SECONDS',
  'RETENTION_DAYS',
  'LOG_LEVEL',
  'WEBHOOKS',
  'WEBHOOK_ALLOW_HOSTS',
] as const;

/** Of these even a part of the value is a secret. */
const SECRET = ['CALLBACK_TOKEN', 'API_TOKENS', 'DATABASE_URL', 'WEBHOOKS'] as const;

const value = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.webUrl(),
  fc.json(),
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom(
    'media-1250000000@ap-guangzhou',
    'none',
    'info',
    'Animation',
    '*',
    'postgres://u:p@h:1/d',
    'postgres://u:%zz@h/d',
    'http://127.0.0.1:9000',
    '1e3',
    '9'.repeat(400),
    ',,,',
    '\0',
    '%00',
    '[]',
    '[{}]',
    'x'.repeat(70_000),
  ),
);
const environment = fc.record(
  Object.fromEntries(NAMES.map((name) => [name, value])) as Record<(typeof NAMES)[number], typeof value>,
  { requiredKeys: [] },
);

it('an environment is read, or refused with a ConfigError that shows no secret', () => {
  fc.assert(
    fc.property(environment, (env) => {
      for (const read of [readConfig, readStoreConfig, readWebhooks]) {
        try {
          read(env);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          for (const name of SECRET) {
            const secret = env[name] ?? '';
            // Shorter ones stand in our own words by chance.
            if (secret.length >= 20) expect(error.message).not.toContain(secret);
          }
        }
      }
    }),
    runs,
  );
});
