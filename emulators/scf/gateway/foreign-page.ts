import type { IncomingHttpHeaders } from 'node:http';

/** What a browser says of a request that no other site had a part in. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/**
 * Whether a page of another origin is behind a request: another site, another port of this machine, or a page without
 * an origin (`null`). A browser sends such a request whether or not the page may read the answer, so CORS alone does
 * not keep a page from submitting jobs. What is no browser sends neither header.
 *
 * @param allowed the origins that may, named one by one
 */
export function isForeignPage(
  method: string,
  headers: IncomingHttpHeaders,
  allowed: readonly string[],
): boolean {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  if (origin !== undefined && allowed.includes(origin)) return false;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) return true;
  return site !== undefined && !OWN_SITES.includes(String(site)) && !isFollowedLink(method, headers);
}

/** A link on another page that leads here, in a window of its own: it shows, and changes nothing. */
function isFollowedLink(method: string, headers: IncomingHttpHeaders): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}
