/** What an `Authorization` value says; lists hold names as they were signed: percent-encoded, lower case. */
export interface Authorization {
  secretId: string;
  signTime: string;
  keyTime: string;
  headerNames: string[];
  parameterNames: string[];
  signature: string;
}

const FIELDS = [
  'q-sign-algorithm',
  'q-ak',
  'q-sign-time',
  'q-key-time',
  'q-header-list',
  'q-url-param-list',
  'q-signature',
] as const;
type Field = (typeof FIELDS)[number];

/** Parses the one-line form; `undefined` when a field is missing, repeated or malformed. */
export function parseAuthorization(line: string): Authorization | undefined {
  const fields = new Map<string, string>();
  for (const pair of line.trim().split('&')) {
    const cut = pair.indexOf('=');
    const name = pair.slice(0, cut);
    if (cut < 1 || fields.has(name)) return undefined;
    fields.set(name, pair.slice(cut + 1));
  }
  return authorizationFrom((name) => fields.get(name));
}

/** The same fields wherever they stand: in the header, or each as a query parameter of a presigned URL. */
export function authorizationFrom(field: (name: Field) => string | undefined): Authorization | undefined {
  const [algorithm, secretId, signTime, keyTime, headers, parameters, signature] = FIELDS.map(field);
  if (algorithm !== 'sha1' || !secretId || headers === undefined || parameters === undefined)
    return undefined;
  if (!isWindow(signTime) || !isWindow(keyTime) || !/^[0-9a-f]{40}$/.test(signature ?? '')) return undefined;
  return {
    secretId,
    signTime,
    keyTime,
    headerNames: namesOf(headers),
    parameterNames: namesOf(parameters),
    signature: signature ?? '',
  };
}

function isWindow(value: string | undefined): value is string {
  return value !== undefined && /^\d{1,12};\d{1,12}$/.test(value);
}

function namesOf(list: string): string[] {
  return list === '' ? [] : list.split(';').map((name) => name.toLowerCase());
}
