import { describe, expect, it } from 'vitest';
import { isOneSentence } from '../../local/start-error.ts';
import { checkSettings } from '../../local/steps/check-settings.ts';
import { localEnvironment } from '../../local/steps/function-environment.ts';

const check = (env: Record<string, string>) =>
  checkSettings(
    'serverless.yml',
    localEnvironment(env, 'http://127.0.0.1:3000', { secretKey: 'a-key', otherBuckets: [] }),
  );

function refusalOf(env: Record<string, string>): Error {
  try {
    check(env);
  } catch (error) {
    if (isOneSentence(error)) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('before anything is started', () => {
  it('what needs no setting is fine', () => {
    expect(() => check({})).not.toThrow();
    expect(() => check({ API_TOKENS: 'x'.repeat(20), DATABASE_URL: 'postgres://u:p%25@h/d' })).not.toThrow();
  });

  it.each([
    ['DATABASE_URL', { DATABASE_URL: 'postgres://hush:%zz@h/d' }],
    ['API_AUTH', { API_AUTH: 'none', API_TOKENS: 'hush'.repeat(5) }],
    ['API_TOKENS', { API_TOKENS: 'hush' }],
    ['CALLBACK_URL', { CALLBACK_URL: 'http://127.0.0.1/?hush' }],
    ['CALLBACK_TOKEN', { CALLBACK_TOKEN: 'hush/hush/hush' }],
    ['WEBHOOKS', { WEBHOOKS: '{"hush' }],
    ['CI_MAX_RPS', { CI_MAX_RPS: 'hush' }],
    ['CI_BUCKETS', { CI_BUCKETS: 'hush' }],
    ['provider.region', { REGION: 'hush hush' }],
  ])('a wrong %s is told in one line, without its value', (name, env) => {
    const { message } = refusalOf(env);
    expect(message).toContain(`${name}: expected`);
    expect(message).not.toContain('\n');
    if (name !== 'provider.region') expect(message).not.toContain('hush');
  });
});
