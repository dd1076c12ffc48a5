import * as v from 'valibot';
import { parseUrl } from '../ci/parse-url.ts';
import { EVENT_TYPES } from '../watch/event.ts';
import { isHostOf, ROBOT_KINDS } from './robot/robot.ts';

/** Each endpoint is a row of its own for every event. */
const MAX_ENDPOINTS = 20;
/** One is in use, and a few are being replaced. */
const MAX_SECRETS = 5;
/** The lengths of a key that Standard Webhooks names. */
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

const SECRET_PREFIX = 'whsec_';

/** What happens within a minute is one message: chats allow some twenty a minute, and nobody reads more. */
const LEAST_DIGEST_SECONDS = 10;
const DIGEST_SECONDS = 60;
const MOST_DIGEST_SECONDS = 3600;

/** Worth a message: the rest is seen on the page. */
const ROBOT_EVENTS: readonly string[] = [
  'jobwatch.job.failed',
  'jobwatch.job.missing',
  'jobwatch.job.stalled',
  'jobwatch.rule.braked',
  'jobwatch.endpoint.off',
  'jobwatch.endpoint.test',
  'jobwatch.sweep.late',
];

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
  kind: `webhook, ${ROBOT_KINDS.join(', ')}, or nothing`,
  robotUrl:
    "the https address that the platform gives, of one of the platform's own hosts (or of one in WEBHOOK_ALLOW_HOSTS)",
  robotSecret: 'the secret that the platform shows beside the address: at most 200 characters, no spaces',
  lang: 'en or zh',
  digest: `a whole number of seconds from ${LEAST_DIGEST_SECONDS} to ${MOST_DIGEST_SECONDS}`,
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

const name = v.pipe(v.string(EXPECTED.name), v.regex(/^[a-z][a-z0-9-]{0,31}$/, EXPECTED.name));

const webhook = (allowHosts: ReadonlySet<string>) =>
  v.strictObject(
    {
      kind: v.optional(v.literal('webhook', EXPECTED.kind)),
      name,
      url: urlFor(allowHosts),
      secrets: v.pipe(
        v.array(secret, EXPECTED.secrets),
        v.minLength(1, EXPECTED.secrets),
        v.maxLength(MAX_SECRETS, EXPECTED.secrets),
      ),
      events: v.optional(events, ['*']),
    },
    EXPECTED.endpoint,
  );

const robot = (allowHosts: ReadonlySet<string>) =>
  v.pipe(
    v.strictObject({
      kind: v.picklist(ROBOT_KINDS, EXPECTED.kind),
      name,
      url: urlFor(allowHosts),
      secret: v.optional(
        v.pipe(v.string(EXPECTED.robotSecret), v.regex(/^[!-~]{0,200}$/, EXPECTED.robotSecret)),
        '',
      ),
      events: v.optional(events, [...ROBOT_EVENTS]),
      lang: v.optional(v.picklist(['en', 'zh'], EXPECTED.lang), 'en'),
      digestSeconds: v.optional(
        v.pipe(
          v.number(EXPECTED.digest),
          v.integer(EXPECTED.digest),
          v.minValue(LEAST_DIGEST_SECONDS, EXPECTED.digest),
          v.maxValue(MOST_DIGEST_SECONDS, EXPECTED.digest),
        ),
        DIGEST_SECONDS,
      ),
    }),
    v.forward(
      v.check(({ kind, url }) => isHostOf(kind, url) || allowHosts.has(url.hostname), EXPECTED.robotUrl),
      ['url'],
    ),
  );

/** What WEBHOOKS may hold; every message says what was expected. */
export const endpointList = (allowHosts: ReadonlySet<string>) => {
  const forms = { webhook: webhook(allowHosts), robot: robot(allowHosts) };
  const one = v.lazy((given) => {
    const isRobot =
      typeof given === 'object' && given !== null && 'kind' in given && given.kind !== 'webhook';
    return isRobot ? forms.robot : forms.webhook;
  });
  return v.pipe(
    v.array(v.pipe(one, v.transform(toEndpoint)), EXPECTED.list),
    v.maxLength(MAX_ENDPOINTS, EXPECTED.list),
    v.check(
      (endpoints) => new Set(endpoints.map((endpoint) => endpoint.name)).size === endpoints.length,
      'endpoints with different names',
    ),
  );
};

type Given = v.InferOutput<ReturnType<typeof webhook>> | v.InferOutput<ReturnType<typeof robot>>;

function toEndpoint(given: Given) {
  if ('secrets' in given) {
    const { name, url, secrets, events } = given;
    return { name, url, secrets, events };
  }
  const { name, url, events, kind, secret, lang, digestSeconds } = given;
  return { name, url, secrets: [], events, robot: { kind, secret, lang, digestSeconds } };
}
