import { createHmac, hash } from 'node:crypto';
import { canonicalList } from './canonical-list.ts';
import { type DeriveSignKey, deriveSignKey } from './sign-key.ts';

/** What a signature covers. Names and values are raw: nothing is encoded yet. */
export interface SignInput {
  readonly method: string;
  /** the decoded path: `/jobs/a,b` keeps its comma */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** exactly the headers to sign */
  readonly headers: Readonly<Record<string, string>>;
  readonly secretId: string;
  readonly secretKey: string;
  /** `<start>;<end>` in unix seconds */
  readonly keyTime: string;
}

/** Every step of a signature, so that a test names the step that broke. */
export interface Signed {
  readonly signKey: string;
  readonly httpString: string;
  readonly stringToSign: string;
  readonly signature: string;
  readonly authorization: string;
}

/** Tencent's `q-sign-algorithm=sha1` for COS and CI [doc 436/7778]. Pure but for the SignKey cache handed in. */
export function sign(input: SignInput, signKeyOf: DeriveSignKey = deriveSignKey): Signed {
  const { keyTime, secretId } = input;
  const query = canonicalList(input.query);
  const headers = canonicalList(input.headers);
  const httpString = `${input.method.toLowerCase()}\n${input.path}\n${query.pairs}\n${headers.pairs}\n`;
  const stringToSign = `sha1\n${keyTime}\n${hash('sha1', httpString)}\n`;
  const signKey = signKeyOf(input.secretKey, keyTime);
  const signature = createHmac('sha1', signKey).update(stringToSign).digest('hex');
  const authorization =
    `q-sign-algorithm=sha1&q-ak=${secretId}&q-sign-time=${keyTime}&q-key-time=${keyTime}` +
    `&q-header-list=${headers.names}&q-url-param-list=${query.names}&q-signature=${signature}`;
  return { signKey, httpString, stringToSign, signature, authorization };
}
