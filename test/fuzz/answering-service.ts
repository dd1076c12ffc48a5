import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { BUCKET, CREDENTIALS, REGION } from '../worlds/test-cloud.ts';

/** A service that answers every well-formed question at once and keeps nothing: thousands of questions cost little. */
export async function startAnsweringService() {
  const server = createServer(async (request, response) => {
    response.end(answerTo(request, await bodyOf(request)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    env: {
      CI_BUCKETS: `${BUCKET}@${REGION}`,
      CI_ENDPOINT: url,
      COS_ENDPOINT: url,
      CI_MAX_RPS: '1000',
      API_AUTH: 'none',
      TENCENTCLOUD_SECRETID: CREDENTIALS.secretId,
      TENCENTCLOUD_SECRETKEY: CREDENTIALS.secretKey,
    },
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

let made = 0;

function answerTo({ method, url = '' }: IncomingMessage, body: string): string {
  const [, ids] = /^\/jobs\/([^?]+)/.exec(url) ?? [];
  if (method === 'PUT') return '';
  if (method === 'GET') return response(ids === undefined ? [] : decodeURIComponent(ids).split(','));
  const operations = body.match(/<Operation>/g) ?? [];
  return response(operations.map(() => `made${made++}`));
}

function response(ids: readonly string[]): string {
  return `<Response>${ids.map((id) => `<JobsDetail><JobId>${id}</JobId><State>Running</State></JobsDetail>`).join('')}</Response>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
