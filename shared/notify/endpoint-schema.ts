import * as v from 'valibot';
import { parseUrl } from '../ci/parse-url.ts';
import { EVENT_TYPES } from '../watch/event.ts';

/** Each endpoint is a row of its own for every event. */
const MAX_ENDPOINTS = 20;
/** One is in use, and a few are being replaced. */
const MAX_SECRETS = 5;
/** The lengths of a key that Standard Webhooks names. */
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

const SECRET_PREFIX = 'whsec_';

const EVENTS: readonly string[] = ['*', ...EVENT_TYPES];

const EXPECTED = {
  list: `a list of at most ${MAX_ENDPOINTS} endpoints`,
  endpoint: 'an object with name, url, secrets and perhaps events',
  name: '1 to 32 small letters, digits and -, a letter first',
  url: 'an https URL (http only for a host in WEBHOOK_ALLOW_HOSTS)',
  secrets: `a list of 1 to ${MAX_SECRETS} secrets`,
  secret: `${SECRET_PREFIX} and the base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`,
  events: 'a list of at least one type of events, or ["*"]',
  event: `one of ${EVENTS.join(', ')}`,
};

const secret = v.pipe(
  v.string(EXPECTED.secret),
  v.check(isSecret, EXPECTED.secret),
  v.transform((text): Uint8Array => keyOf(text)),
);

function isSecret(text: string): boolean {
  const key = keyOf(text);
  const rightLength = key.length >= MIN_SECRET_BYTES && key.length <= MAX_SECRET_BYTES;
  // Buffer takes nearly anything for base64, and a receiver would read another key out of it.
  return rightLength && text === `${SECRET_PREFIX}${key.toString('base64')}`;
}

function keyOf(text: string): Buffer {
  return Buffer.from(text.slice(SECRET_PREFIX.length), 'base64');
}

const urlFor = (allowHosts: ReadonlySet<string>) =>
  v.pipe(
    v.string(EXPECTED.url),
    v.transform(parseUrl),
    v.instance(URL, EXPECTED.url),
    v.check(
      ({ protocol, hostname }) => protocol === 'https:' || (protocol === 'http:' && allowHosts.has(hostname)),
      EXPECTED.url,
    ),
    v.check(
      ({ username, password, hash }) => username === '' && password === '' && hash === '',
      'a URL without user, password and fragment',
    ),
    // `host.` is the same host by another name, which no certificate has.
    v.check(({ hostname }) => !hostname.endsWith('.'), 'a URL whose host has no dot at its end'),
  );

const events = v.pipe(
  v.array(
    v.pipe(
      v.string(EXPECTED.event),
      v.check((type) => EVENTS.includes(type), EXPECTED.event),
    ),
    EXPECTED.events,
  ),
  v.minLength(1, EXPECTED.events),
);

/** What WEBHOOKS may hold; every message says what was expected. */
export const endpointList = (allowHosts: ReadonlySet<string>) =>
  v.pipe(
    v.array(
      v.strictObject(
        {
          name: v.pipe(v.string(EXPECTED.name), v.regex(/^[a-z][a-z0-9-]{0,31}$/, EXPECTED.name)),
          url: urlFor(allowHosts),
          secrets: v.pipe(
            v.array(secret, EXPECTED.secrets),
            v.minLength(1, EXPECTED.secrets),
            v.maxLength(MAX_SECRETS, EXPECTED.secrets),
          ),
          events: v.optional(events, ['*']),
        },
        EXPECTED.endpoint,
      ),
      EXPECTED.list,
    ),
    v.maxLength(MAX_ENDPOINTS, EXPECTED.list),
    v.check(
      (endpoints) => new Set(endpoints.map(({ name }) => name)).size === endpoints.length,
      'endpoints with different names',
    ),
  );
