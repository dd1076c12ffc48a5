import { createHash } from 'node:crypto';
import { promises } from 'node:fs';
import { type Bucket, cosHost } from '../../ci/bucket.ts';
import { answer, type HttpAnswer } from '../http-answer.ts';

/** Where pictures come from. */
export interface PictureHosts {
  readonly buckets: readonly Bucket[];
  /** instead of the buckets' own hosts */
  readonly cosEndpoint: URL | undefined;
}

/** The console, as the build has put it beside the function. @throws what reading a file throws */
export async function readConsolePage(file: string, hosts: PictureHosts): Promise<HttpAnswer> {
  const html = await promises.readFile(file, 'utf8');
  return answer(200, html, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(html, hosts),
    'cache-control': 'private, no-cache',
    vary: 'Accept',
  });
}

/** The page runs its own script and nothing else, asks its own origin, and shows what lies in the buckets. */
function contentSecurityPolicy(html: string, { buckets, cosEndpoint }: PictureHosts): string {
  const pictures = cosEndpoint ? [cosEndpoint.origin] : buckets.map((bucket) => `https://${cosHost(bucket)}`);
  const hosts = pictures.join(' ');
  return [
    "default-src 'none'",
    `script-src ${hashOf(html, 'script')}`,
    `style-src ${hashOf(html, 'style')}`,
    `img-src 'self' data: ${hosts}`,
    `media-src ${hosts}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** Of what stands in the page's one element of that name. */
function hashOf(html: string, element: 'script' | 'style'): string {
  const from = html.indexOf(`<${element}>`) + element.length + 2;
  const content = html.slice(from, html.indexOf(`</${element}>`, from));
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
