import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { rangeIfNotPublic } from './public-address.ts';

/** A host that leads to no address that events may go to; the message names the host and the address. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

const EXPECTED = 'expected a public address, or the host in WEBHOOK_ALLOW_HOSTS';

/** @throws AddressRefused for a URL's host that is an address outside of the public internet; a name passes */
export function refuseAddress(host: string): void {
  // An IPv6 address stands in brackets in a URL only.
  const address = host.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0) refuse(address, address);
}

function refuse(who: string, address: string): void {
  const range = rangeIfNotPublic(address);
  if (range !== undefined) throw new AddressRefused(`${who} (${range}): ${EXPECTED}`);
}

/**
 * A `lookup` for sockets that gives only addresses of the public internet, or any for an allowed host. The addresses
 * it checked are the ones it gives: there is no second resolution that could answer otherwise. One private address
 * among public ones refuses them all.
 * @param resolve as `dns.lookup`
 */
export function checkedLookup(resolve: LookupFunction, allowHosts: ReadonlySet<string>): LookupFunction {
  // dns.lookup holds one of Node's four threads until the resolver gives up: a name whose server is dead takes one.
  const underWay = new Map<string, Promise<LookupAddress[]>>();

  function addressesOf(hostname: string): Promise<LookupAddress[]> {
    const known = underWay.get(hostname);
    if (known) return known;
    const found = resolveAll(resolve, hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, found);
    return found;
  }

  return (hostname, { all }, callback) => {
    addressesOf(hostname)
      .then((addresses) => {
        if (allowHosts.has(hostname)) return addresses;
        for (const { address } of addresses) refuse(`${hostname} resolves to ${address}`, address);
        return addresses;
      })
      .then(
        (addresses) => {
          const [first] = addresses;
          if (first === undefined) return callback(new AddressRefused(`${hostname} has no address`), '');
          return all ? callback(null, addresses) : callback(null, first.address, first.family);
        },
        (error) => callback(error, ''),
      );
  };
}

function resolveAll(resolve: LookupFunction, hostname: string): Promise<LookupAddress[]> {
  return new Promise((done, fail) => {
    resolve(hostname, { all: true }, (error, found, family = 0) => {
      if (error) fail(error);
      else done(typeof found === 'string' ? [{ address: found, family }] : found);
    });
  });
}
