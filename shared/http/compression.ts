import Negotiator from 'negotiator';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';
import type { MiddyRequest } from './middy-request.ts';

/** What is smaller is not worth it. */
const LEAST_COMPRESSED_BYTES = 1024;
/** The best that brotli can do takes longer than it saves. */
const BROTLI_QUALITY = 5;

/** Runs last before the answer leaves: its ETag is of what it says, however it is written. */
export const compression = {
  after: async (run: MiddyRequest) => {
    if (run.response) run.response = await compressed(run.event, run.response);
  },
};

async function compressed(
  { headers: { 'accept-encoding': accept = '' } }: HttpRequest,
  plain: HttpAnswer,
): Promise<HttpAnswer> {
  if (plain.isBase64Encoded || plain.body.length < LEAST_COMPRESSED_BYTES) return plain;
  const vary = [plain.headers['vary'], 'Accept-Encoding'].filter(Boolean).join(', ');
  const encoding = new Negotiator({ headers: { 'accept-encoding': accept } }).encoding([
    'br',
    'gzip',
    'identity',
  ]);
  if (encoding !== 'br' && encoding !== 'gzip') return { ...plain, headers: { ...plain.headers, vary } };
  // Loaded by the first answer that needs it.
  const { brotliCompressSync, constants, gzipSync } = await import('node:zlib');
  const quality = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  const body = encoding === 'br' ? brotliCompressSync(plain.body, { params: quality }) : gzipSync(plain.body);
  return {
    ...plain,
    isBase64Encoded: true,
    headers: { ...plain.headers, vary, 'content-encoding': encoding },
    body: body.toString('base64'),
  };
}
