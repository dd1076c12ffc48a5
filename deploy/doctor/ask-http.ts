/** What came back, from our functions or from whoever answers at their address. */
export interface HttpReply {
  readonly status: number;
  readonly text: string;
}

/** Sends one request without a token and follows no redirect. Rejects when no answer comes. */
export async function askHttp(method: string, url: URL, signal: AbortSignal): Promise<HttpReply> {
  const response = await fetch(url, { method, redirect: 'manual', signal });
  return { status: response.status, text: await response.text() };
}

/** A path below an origin, or below the path that the origin was given with. */
export function pathBelow(base: URL, path: string): URL {
  return new URL(`${base.href.replace(/\/$/, '')}${path}`);
}
