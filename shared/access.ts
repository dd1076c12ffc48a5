import * as v from 'valibot';
import { ConfigError, commaList } from './read-variables.ts';

/** A token that opens the API. */
export interface Token {
  /** whom acts are said to be done by */
  readonly name: string;
  readonly secret: string;
  readonly mayWrite: boolean;
}

/** Who may call the HTTP functions: everybody, or whoever shows one of the tokens. */
export type Access = { readonly open: true } | { readonly open: false; readonly tokens: readonly Token[] };

/** RFC 6750's b64token, what can stand behind `Bearer `, perhaps behind a name. */
const NAMED_TOKEN = /^(?:([a-z0-9-]{1,32}):)?([A-Za-z0-9\-._~+/]+=*)$/;

/** A token that can be guessed opens the door: 20 letters of base64 are 120 bits. */
const MIN_TOKEN_LENGTH = 20;

/** API_TOKENS or READ_TOKENS: each `token` or `name:token`. */
export const tokenList = v.pipe(
  commaList,
  v.check(
    (tokens) => tokens.every((token) => (NAMED_TOKEN.exec(token)?.[2]?.length ?? 0) >= MIN_TOKEN_LENGTH),
    `tokens of at least ${MIN_TOKEN_LENGTH} letters of RFC 6750, comma separated, each perhaps behind a name and a colon`,
  ),
);

/** Whoever sets both believes that tokens are asked for. */
export function accessOf(
  auth: 'none' | undefined,
  writing: readonly string[],
  reading: readonly string[],
): Access {
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
