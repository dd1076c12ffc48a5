import { createSocket } from 'node:dgram';
import { promises as dns, type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { onTestFinished } from 'vitest';

const TYPE_A = 1;
const TYPE_AAAA = 28;

/**
 * A name server for every name (RFC 1035), and a lookup that asks it over UDP.
 * @param answer the addresses for the n-th question of a type, from 0
 */
export async function startNameServer(answer: (question: number) => readonly string[]) {
  const asked = { [TYPE_A]: 0, [TYPE_AAAA]: 0 };
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    // Header of 12 bytes, the name, which ends with a 0, type and class.
    const endOfName = query.indexOf(0, 12) + 1;
    const type = query.readUInt16BE(endOfName);
    if (type !== TYPE_A && type !== TYPE_AAAA) return;
    const wanted = answer(asked[type]++).filter((item) => isIP(item) === (type === TYPE_A ? 4 : 6));
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(wanted.length, 6);
    header.writeUInt32BE(0, 8);
    const records = wanted.map((item) => {
      const data = ipaddr.parse(item).toByteArray();
      // The name is a pointer to the question's; class IN; a TTL of 0.
      return Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length, ...data]);
    });
    socket.send(Buffer.concat([header, query.subarray(12, endOfName + 4), ...records]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });

  const resolver = new dns.Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const of = async (addresses: Promise<string[]>, family: number): Promise<LookupAddress[]> =>
    (await addresses.catch(() => [])).map((address) => ({ address, family }));
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    Promise.all([of(resolver.resolve4(hostname), 4), of(resolver.resolve6(hostname), 6)]).then(([v4, v6]) => {
      const found = [...v4, ...v6];
      const [first] = found;
      if (first === undefined) callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), '');
      else if (all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
  return { lookup, questions: () => asked[TYPE_A] };
}
