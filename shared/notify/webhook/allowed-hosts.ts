import { isIPv6 } from 'node:net';
import { shapeOf } from '../../ci/invalid-field.ts';
import { parseUrl } from '../../ci/parse-url.ts';
import { ConfigError, commaSeparated } from '../../read-variables.ts';

/** A host as a URL writes it: a name without a dot at its end, or an address. */
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])$/;
/** What makes a host the beginning of something longer, in a URL. */
const NOT_OF_A_HOST = /[:/\\?#@]/;

/** Reads WEBHOOK_ALLOW_HOSTS, comma separated, into hosts as `URL.hostname` writes them. @throws ConfigError */
export function readAllowedHosts(text: string | undefined): ReadonlySet<string> {
  return new Set(commaSeparated(text ?? '').map(readHost));
}

function readHost(item: string, index: number): string {
  const address = item.replace(/^\[(.*)\]$/, '$1');
  const url = `http://${isIPv6(address) ? `[${address}]` : item}`;
  const isBare = isIPv6(address) || !NOT_OF_A_HOST.test(item);
  const { hostname } = (isBare && parseUrl(url)) || { hostname: '' };
  if (HOST.test(hostname)) return hostname;
  throw new ConfigError(
    `WEBHOOK_ALLOW_HOSTS[${index}]: expected a host name or an address without a port, got ${shapeOf(item)}`,
  );
}
