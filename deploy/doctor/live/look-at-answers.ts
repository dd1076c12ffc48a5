import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ApiProblem } from '../../../client/client.ts';
import { exchange, type WireAnswer } from '../../../shared/ci/client/exchange.ts';
import { withTimeLimit } from '../../../shared/ci/time-limit.ts';
import type { Deployment } from './deployment.ts';
import { didNot, held, notSeen, type Trial } from './guess.ts';

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** How the images that a rule makes begin. */
const IMAGES = { 'image/gif': 'GIF8', 'image/webp': 'RIFF' } as const;

/** Whether the image comes as an image, from where a browser would ask. */
export async function tryPreview({ api, count }: Deployment, jobId: string | undefined): Promise<Trial> {
  if (jobId === undefined) return notSeen('preview', 'there is no image');
  try {
    const { body } = await api.getPreview({ path: { id: jobId } });
    if (body.Output === null) return notSeen('preview', 'there is no address');
    const { Url } = body.Output;
    count();
    const { answer, bytes } = await withTimeLimit(TIMEOUT_MS, undefined, async (signal) => {
      const answer = await fetch(Url, { signal });
      return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
    });
    const type = answer.headers.get('content-type') ?? 'no type';
    const disposition = answer.headers.get('content-disposition') ?? '';
    const seen = `${answer.status}, ${bytes.length} bytes of ${type}${disposition && `, ${disposition}`}`;
    const begins = Object.entries(IMAGES).find(([name]) => type.startsWith(name))?.[1];
    const isImage = begins !== undefined && bytes.subarray(0, begins.length).toString('latin1') === begins;
    const isShown = !disposition.startsWith('attachment');
    return answer.ok && isImage && isShown ? held('preview', seen) : didNot('preview', seen);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return notSeen('preview', error.problem.code);
  }
}

/** Whether a browser shows what comes. */
export async function tryPage(deployment: Deployment): Promise<Trial> {
  const { status, headers } = await ask(deployment, '/', { accept: 'text/html' });
  const type = headers['content-type'] ?? 'no type';
  const disposition = headers['content-disposition'] ?? '';
  const seen = `${status} ${type}${disposition && `, ${disposition}`}`;
  const isShown = status === 200 && type.startsWith('text/html') && !disposition.startsWith('attachment');
  if (isShown) return held('page', seen);
  return didNot('page', `${seen}: use npx jobwatch console`);
}

/** Whether what was compressed can be read: a platform that takes bytes for text spoils them. */
export async function tryCompression(deployment: Deployment): Promise<Trial> {
  const { headers, body } = await ask(deployment, '/', {
    accept: 'text/html',
    'accept-encoding': 'br, gzip',
  });
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return notSeen('compression', 'nothing came compressed: COMPRESS is off');
  try {
    const whole = encoding === 'br' ? brotliDecompressSync(body) : gunzipSync(body);
    return held('compression', `${body.length} bytes of ${encoding} are ${whole.length}`);
  } catch {
    return didNot('compression', `${body.length} bytes of ${encoding} cannot be read: set COMPRESS off`);
  }
}

/** The API's answer as it came over the wire. */
async function ask(
  { url, token, count }: Deployment,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<WireAnswer> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const request = {
    method: 'GET',
    origin: url,
    target: `${url.pathname.replace(/\/$/, '')}${path}`,
    headers: { host: url.host, ...headers, ...authorization },
    body: undefined,
    maxBytes: MAX_ANSWER_BYTES,
    freshConnection: true,
  };
  count();
  return await withTimeLimit(TIMEOUT_MS, undefined, async (signal) => await exchange(request, signal));
}

/** Whether the account gives the marks back that deployments write. */
export async function tryDescriptions({ functions }: Pick<Deployment, 'functions'>): Promise<Trial> {
  if (functions === undefined) return notSeen('trigger descriptions', 'no account holds what runs here');
  const all = [...(await functions()).values()];
  const without = all.flatMap(({ undescribed }) => undescribed);
  const count = all.reduce((sum, { triggers }) => sum + triggers.length, 0);
  if (count === 0) return notSeen('trigger descriptions', 'there is no trigger');
  if (without.length === 0) return held('trigger descriptions', `all ${count} did`);
  return didNot('trigger descriptions', `without one: ${without.join(', ')}`);
}
