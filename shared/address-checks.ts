import * as v from 'valibot';
import { parseUrl } from './ci/parse-url.ts';
import { commaList } from './read-variables.ts';

/** An http or https address that a path can be put behind. */
export const baseUrl = v.pipe(
  v.string(),
  v.check(isBaseUrl, 'an http or https URL without user, query and fragment'),
);

function isBaseUrl(text: string): boolean {
  const url = /^https?:\/\//i.test(text) ? parseUrl(text) : undefined;
  // An empty query is one too: what stands behind it would be read as its value.
  return url?.username === '' && url.password === '' && !/[?#\s]/.test(text);
}

/** Where to connect instead of to a service's own host. */
export const httpOrigin = v.pipe(
  v.string(),
  v.check((text) => {
    const url = /^https?:/i.test(text) ? parseUrl(text) : undefined;
    return url !== undefined && url.href === `${url.origin}/`;
  }, 'an http or https URL without a path'),
  v.transform((text) => new URL(text)),
);

/** The origins whose pages may call. */
export const corsOrigins = v.pipe(
  commaList,
  v.check(
    (items) => items.every((item) => item === '*' || isOrigin(item)),
    'origins such as https://app.example, comma separated, or *',
  ),
);

/** `*` within a host would be compared as it is, and match nobody. */
function isOrigin(text: string): boolean {
  return parseUrl(text)?.origin === text && !text.includes('*');
}

/** What postgres.js can take apart; it fails at the first statement otherwise, and every request with it. */
export const databaseUrl = v.pipe(
  v.string(),
  v.check(isDatabaseUrl, 'postgres://user:password@host:port/database, percent-encoded where it is special'),
);

/** postgres.js throws for another one. */
const SESSION_ATTRIBUTES: readonly string[] = [
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
];

function isDatabaseUrl(text: string): boolean {
  const url = /^postgres(?:ql)?:\/\//.test(text) ? parseUrl(text) : undefined;
  if (url === undefined) return false;
  const { hostname, port, hash, searchParams } = url;
  const [address = ''] = text.split('?');
  const session = searchParams.get('target_session_attrs') ?? 'primary';
  return (
    hostname !== '' &&
    port !== '0' &&
    hash === '' &&
    !/\s/.test(text) &&
    isDecodable(address) &&
    SESSION_ATTRIBUTES.includes(session)
  );
}

/** The server's protocol ends a text at NUL. */
function isDecodable(address: string): boolean {
  try {
    return !decodeURIComponent(address).includes('\0');
  } catch {
    return false;
  }
}
