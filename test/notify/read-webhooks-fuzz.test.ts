import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { ConfigError } from '../../shared/read-variables.ts';
import { times } from '../fuzz/runs.ts';
import { textOf } from '../worlds/receiver.ts';

describe('whatever the variables hold', () => {
  const secretText = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(textOf);
  const word = fc.oneof(
    secretText,
    fc.string(),
    fc.webUrl(),
    fc.constantFrom('*', 'shop', 'https://x.example'),
  );
  /** JSON that is often nearly right, with secrets in every place, keys included. */
  const nearlyRight = fc.array(
    fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          name: fc.oneof(word, fc.jsonValue()),
          url: fc.oneof(word, fc.jsonValue()),
          secrets: fc.oneof(fc.array(word), fc.jsonValue()),
          events: fc.oneof(fc.array(word), fc.jsonValue()),
        },
        { requiredKeys: [] },
      ),
      fc.dictionary(word, fc.oneof(word, fc.array(word))),
    ),
  );

  it('it is read, or refused with a ConfigError that shows no secret', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), nearlyRight),
        fc.option(word, { nil: undefined }),
        (value, hosts) => {
          const text = JSON.stringify(value);
          const secrets = `${text} ${hosts}`.match(/whsec_[A-Za-z0-9+/=]+/g) ?? [];
          try {
            const { endpoints } = readWebhooks({ WEBHOOKS: text, WEBHOOK_ALLOW_HOSTS: hosts });
            expect(endpoints).toHaveLength(Array.isArray(value) ? value.length : 0);
          } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            for (const shown of secrets) expect(error.message).not.toContain(shown);
          }
        },
      ),
      { numRuns: times(500) },
    );
  });

  it('text that is no JSON is no other error', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (WEBHOOKS, WEBHOOK_ALLOW_HOSTS) => {
        try {
          readWebhooks({ WEBHOOKS, WEBHOOK_ALLOW_HOSTS });
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: times(500) },
    );
  });
});
