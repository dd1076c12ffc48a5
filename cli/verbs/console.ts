import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Cli } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit-codes.ts';

/** No request of the page is larger. */
const MOST_BYTES = 1024 * 1024;
/** What belongs to one connection, and what the page's own machine says of itself. */
const NOT_PASSED = new Set([
  'host',
  'connection',
  'origin',
  'referer',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
]);
/** A platform may want its pages to be kept as files, which is why somebody is here. */
const NOT_RETURNED = new Set([
  ...['connection', 'content-length', 'transfer-encoding', 'content-encoding'],
  ...['content-disposition', 'strict-transport-security'],
]);

/**
 * The console on this machine, for an API whose own address a browser may not render. What the page asks goes there as it
 * is: the token is typed into the page, and never added here.
 */
export async function serveConsole({ url, terminal, signal }: Cli, port: number): Promise<ExitCode> {
  const server = createServer((request, response) => {
    answer(request, response, url, own).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain' });
      response.end(detail);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: Error) => {
    throw new CliError(EXIT.usage, `--port ${port}: ${error.message}`);
  });
  const address = server.address();
  const own = `127.0.0.1:${typeof address === 'object' ? address?.port : port}`;
  terminal.print(`http://${own}/`);
  await once(signal, 'abort');
  server.close();
  server.closeAllConnections();
  signal.throwIfAborted();
  return EXIT.ok;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  own: string,
): Promise<void> {
  const refused = whyRefused(request, own);
  if (refused !== undefined) {
    response.writeHead(403, { 'content-type': 'text/plain' }).end(refused);
    return;
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error(`expected at most ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  const { pathname, search } = new URL(request.url ?? '/', `http://${own}`);
  const passed = await fetch(new URL(pathname + search, url), {
    method: request.method ?? 'GET',
    headers: Object.entries(request.headers).flatMap(([name, value]) =>
      NOT_PASSED.has(name) || value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
    ...(bytes > 0 ? { body: Buffer.concat(parts) } : {}),
    redirect: 'manual',
  });
  const headers = [...passed.headers].filter(([name]) => !NOT_RETURNED.has(name));
  response.writeHead(passed.status, Object.fromEntries(headers));
  response.end(Buffer.from(await passed.arrayBuffer()));
}

/** Another name for this machine, or another page, may be somebody who wants to use the token of this one. */
function whyRefused({ headers }: IncomingMessage, own: string): string | undefined {
  if (headers.host !== own) return `expected Host ${own}`;
  if (headers.origin !== undefined && headers.origin !== `http://${own}`)
    return 'expected no request of another page';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'expected no request of another page';
  return undefined;
}
