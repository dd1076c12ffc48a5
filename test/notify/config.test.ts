import { expect, it } from 'vitest';
import { startDelivering, wants } from '../worlds/delivering.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { newSecret, textOf } from '../worlds/receiver.ts';

const UNUSED = 'postgres://nobody@127.0.0.1:1/none';
const NOTHING = { CI_BUCKETS: '', DATABASE_URL: UNUSED, WEBHOOKS: '', WEBHOOK_ALLOW_HOSTS: '' };
const secret = textOf(newSecret());
const endpoint = { name: 'hooks', url: 'https://example.com/hooks', secrets: [secret] };

it.each([
  ['no JSON', { WEBHOOKS: `[${secret}` }, /^WEBHOOKS: expected JSON, got text of \d+ characters$/],
  ['no list', { WEBHOOKS: JSON.stringify(endpoint) }, /^WEBHOOKS: expected a list of at most 20 endpoints/],
  [
    'plain http to a host that is not allowed',
    { WEBHOOKS: JSON.stringify([{ ...endpoint, url: 'http://example.com' }]) },
    /^WEBHOOKS\[0\]\.url: expected an https URL/,
  ],
  [
    'a secret that is none',
    { WEBHOOKS: JSON.stringify([{ ...endpoint, secrets: [secret.slice(0, 20)] }]) },
    /^WEBHOOKS\[0\]\.secrets\[0\]: expected whsec_/,
  ],
  [
    'a port in WEBHOOK_ALLOW_HOSTS',
    { WEBHOOK_ALLOW_HOSTS: 'a.example:80' },
    /^WEBHOOK_ALLOW_HOSTS\[0\]: expected/,
  ],
  ['no store', { DATABASE_URL: '' }, /^DATABASE_URL: required, a store for this function$/],
  ['no number of days', { RETENTION_DAYS: 'many' }, /^RETENTION_DAYS: expected whole days/],
])('%s stops deliver at its first line, and the message shows no secret', async (_, wrong, message) => {
  const loading = loadHandler('deliver', { ...NOTHING, RETENTION_DAYS: '', ...wrong });
  await expect(loading).rejects.toMatchObject({
    name: 'ConfigError',
    message: expect.stringMatching(message),
  });
  await expect(loading).rejects.not.toMatchObject({ message: expect.stringContaining(secret.slice(6, 20)) });
});

it('without WEBHOOKS, and without a bucket, a run is fine', async () => {
  const world = await startDelivering();
  const handler = await loadHandler('deliver', { ...NOTHING, RETENTION_DAYS: '', DATABASE_URL: world.url });
  expect(await handler({}, { time_limit_in_ms: 60_000 })).toEqual({
    events: 0,
    delivered: 0,
    retried: 0,
    dead: 0,
    switchedOff: 0,
  });
});

it('no log line shows a secret, or the path that may be one, whatever becomes of a delivery', async () => {
  const world = await startDelivering();
  await world.succeed(2);
  const names = ['good', 'bad', 'gone', 'broken'];
  world.answer('bad', 500);
  world.answer('gone', 410);
  world.answerBy('broken', (_, request) => request.socket.resetAndDestroy());
  process.env['LOG_LEVEL'] = 'debug';
  const run = await world.deliverTo(...names.map((name) => wants(name)));
  delete process.env['LOG_LEVEL'];
  await run();
  await world.sql`update deliveries set attempts = 8, next_attempt_at = jobwatch_now()`;
  await run();
  const logged = world.lines().map((line) => JSON.stringify(line));
  expect(logged.join('\n')).toContain('DeliveryDead');
  const kept = JSON.stringify(await world.deliveries());
  for (const text of [...logged, kept]) {
    expect(text).not.toContain(world.secret.slice(6));
    expect(text).not.toMatch(/127\.0\.0\.1:\d+\/|v1,/);
  }
});
