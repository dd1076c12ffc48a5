import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { ConfigError } from '../../shared/read-variables.ts';
import { newSecret, textOf } from '../worlds/receiver.ts';

const secret = textOf(newSecret());
const endpoint = (more: object = {}) => ({
  name: 'shop',
  url: 'https://hooks.example/in?team=7',
  secrets: [secret],
  ...more,
});
const read = (endpoints: unknown, allow?: string) =>
  readWebhooks({ WEBHOOKS: JSON.stringify(endpoints), WEBHOOK_ALLOW_HOSTS: allow });

function refusalOf(act: () => unknown): Error | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

describe('WEBHOOKS', () => {
  it.each([{}, { WEBHOOKS: '', WEBHOOK_ALLOW_HOSTS: '' }, { WEBHOOKS: '[]' }])('%j is no endpoint', (env) => {
    expect(readWebhooks(env)).toEqual({ endpoints: [], allowHosts: new Set() });
  });

  it('wants every event unless told which', () => {
    const key = newSecret();
    const { endpoints } = read([
      endpoint({ secrets: [textOf(key)] }),
      endpoint({ name: 'b-2', events: ['jobwatch.job.failed', 'jobwatch.job.missing'] }),
    ]);
    expect(endpoints.map(({ name, events }) => [name, events])).toEqual([
      ['shop', ['*']],
      ['b-2', ['jobwatch.job.failed', 'jobwatch.job.missing']],
    ]);
    expect(endpoints[0]?.url.href).toBe('https://hooks.example/in?team=7');
    expect(Buffer.from(endpoints[0]?.secrets[0] ?? [])).toEqual(key);
  });

  it.each([24, 64])('takes a secret of %i bytes', (bytes) => {
    const { endpoints } = read([endpoint({ secrets: [textOf(randomBytes(bytes)), secret] })]);
    expect(endpoints[0]?.secrets.map(({ length }) => length)).toEqual([bytes, 32]);
  });

  it('takes an allowed host in plain http, by any way of writing it', () => {
    const urls = [
      'http://LOCALHOST:3001/a',
      'http://0x7f.1/',
      'http://[::1]:8080/',
      'http://bücher.example/',
    ];
    const { endpoints, allowHosts } = read(
      urls.map((url, index) => endpoint({ name: `e${index}`, url })),
      'Localhost, 127.0.0.1,::1 ,bücher.example,[fe80::1],',
    );
    expect(endpoints).toHaveLength(4);
    expect(allowHosts).toEqual(
      new Set(['localhost', '127.0.0.1', '[::1]', 'xn--bcher-kva.example', '[fe80::1]']),
    );
  });

  it.each<[unknown, string]>([
    [{}, 'WEBHOOKS: expected a list of at most 20 endpoints, got an object'],
    [
      Array.from({ length: 21 }, (_, n) => endpoint({ name: `e${n}` })),
      'WEBHOOKS: expected a list of at most 20',
    ],
    [[null], 'WEBHOOKS[0]: expected an object with name, url, secrets and perhaps events, got null'],
    [[endpoint(), endpoint()], 'WEBHOOKS: expected endpoints with different names, got a list of 2'],
    [[endpoint({ name: undefined })], 'WEBHOOKS[0].name: required, 1 to 32 small letters, digits and -'],
    [[endpoint({ name: 'Shop' })], 'WEBHOOKS[0].name: expected 1 to 32 small letters, digits and -'],
    [[endpoint({ name: 'a'.repeat(33) })], 'got text of 33 characters'],
    [[endpoint({ url: undefined })], 'WEBHOOKS[0].url: required, an https URL'],
    [
      [endpoint(), endpoint({ url: 'hooks.ex.com' })],
      'WEBHOOKS[1].url: expected an https URL (http only for a host in WEBHOOK_ALLOW_HOSTS), got text of 12 characters',
    ],
    [[endpoint({ url: 'http://hooks.example/' })], 'WEBHOOKS[0].url: expected an https URL'],
    [[endpoint({ url: 'ftp://hooks.example/' })], 'WEBHOOKS[0].url: expected an https URL'],
    [
      [endpoint({ url: 'https://a:b@hooks.example/' })],
      'WEBHOOKS[0].url: expected a URL without user, password and fragment',
    ],
    [[endpoint({ url: 'https://hooks.example/#a' })], 'WEBHOOKS[0].url: expected a URL without user'],
    [
      [endpoint({ url: 'https://hooks.example./' })],
      'WEBHOOKS[0].url: expected a URL whose host has no dot at its end',
    ],
    [[endpoint({ secrets: undefined })], 'WEBHOOKS[0].secrets: required, a list of 1 to 5 secrets'],
    [[endpoint({ secrets: [] })], 'WEBHOOKS[0].secrets: expected a list of 1 to 5 secrets, got a list of 0'],
    [
      [endpoint({ secrets: Array.from({ length: 6 }, () => secret) })],
      'WEBHOOKS[0].secrets: expected a list of 1 to 5',
    ],
    [
      [endpoint({ secrets: [secret, 7] })],
      'WEBHOOKS[0].secrets[1]: expected whsec_ and the base64 of 24 to 64 bytes, got a number',
    ],
    [[endpoint({ secrets: [textOf(randomBytes(23))] })], 'WEBHOOKS[0].secrets[0]: expected whsec_'],
    [[endpoint({ secrets: [textOf(randomBytes(65))] })], 'WEBHOOKS[0].secrets[0]: expected whsec_'],
    [[endpoint({ secrets: [secret.slice('whsec_'.length)] })], 'WEBHOOKS[0].secrets[0]: expected whsec_'],
    [[endpoint({ secrets: [secret.replace(/=+$/, '')] })], 'WEBHOOKS[0].secrets[0]: expected whsec_'],
    [[endpoint({ secrets: [` ${secret}`] })], 'WEBHOOKS[0].secrets[0]: expected whsec_'],
    [
      [endpoint({ events: null })],
      'WEBHOOKS[0].events: expected a list of at least one type of events, or ["*"], got null',
    ],
    [[endpoint({ events: [] })], 'WEBHOOKS[0].events: expected a list of at least one'],
    [[endpoint({ events: ['toString'] })], 'WEBHOOKS[0].events[0]: expected one of *, jobwatch.job.running,'],
    [
      [endpoint({ secret })],
      'WEBHOOKS[0]: unknown key of 6 characters; known are kind, name, url, secrets, events',
    ],
    [[endpoint({ [secret]: 1 })], 'WEBHOOKS[0]: unknown key of'],
  ])('that is wrong is refused with the place and what was expected (%#)', (endpoints, message) => {
    const refused = refusalOf(() => read(endpoints));
    expect(refused).toBeInstanceOf(ConfigError);
    expect(refused?.message).toContain(message);
  });

  it('that is no JSON is refused without a word of it', () => {
    expect(() => readWebhooks({ WEBHOOKS: `[{"secrets":["${secret}"` })).toThrow(
      /^WEBHOOKS: expected JSON, got text of \d+ characters$/,
    );
  });

  it('names every wrong place at once', () => {
    expect(() => read([endpoint({ name: '' }), endpoint({ events: 1 })])).toThrow(
      /^WEBHOOKS\[0\]\.name: .*; WEBHOOKS\[1\]\.events: /,
    );
  });
});

it.each([
  'localhost:3000',
  'localhost:80',
  'http://localhost',
  'localhost/',
  'localhost\\\\',
  '[localhost]',
  'localhost?',
  'user@localhost',
  'hooks.example.',
  '*',
  '*.example',
  '[::1]:80',
  'fe80::1%eth0',
  '10.0.0.0/8',
  '300.1.1.1',
])('WEBHOOK_ALLOW_HOSTS with %s is refused', (host) => {
  const refused = refusalOf(() => readWebhooks({ WEBHOOK_ALLOW_HOSTS: `ok.example,${host}` }));
  expect(refused).toBeInstanceOf(ConfigError);
  expect(refused?.message).toContain(
    `WEBHOOK_ALLOW_HOSTS[1]: expected a host name or an address without a port, got text of ${host.length} characters`,
  );
});
