import ipaddr from 'ipaddr.js';

/** All that IANA has opened to global unicast; the library counts whatever it has no name for as unicast. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Names the range that keeps an address from being one of the public internet, such as `loopback`; undefined when it
 * is public. Addresses that stand for an IPv4 one behind a translator (NAT64, 6to4, Teredo) are never public.
 */
export function rangeIfNotPublic(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'not an address';
  // `process` turns ::ffff:127.0.0.1 into the IPv4 address that the connection would go to.
  const ip = ipaddr.process(address);
  const range = ip.range();
  if (range !== 'unicast') return range;
  return ip.kind() === 'ipv6' && !ip.match(GLOBAL_IPV6) ? 'reserved' : undefined;
}
