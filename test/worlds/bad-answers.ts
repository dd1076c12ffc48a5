import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { http, jobXml, responseXml } from './stub-service.ts';

/** Answers a question about one job so that nothing of it may be believed, or not at all. */
export type BadAnswer = (socket: Socket, id: string) => void;

const good = (id: string) => responseXml(jobXml(id, { state: 'Success' }));

/** The bytes, whatever becomes of the connection. */
const bytes =
  (make: (id: string) => string | Buffer): BadAnswer =>
  (socket, id) =>
    void socket.write(make(id));
/** The bytes, and then the end. */
const ended =
  (make: (id: string) => string | Buffer): BadAnswer =>
  (socket, id) =>
    void socket.end(make(id));

/** A status line of somebody's own before an answer that would be good. */
const statusLine = (line: string) =>
  ended((id) => `${line}\r\ncontent-length: ${good(id).length}\r\n\r\n${good(id)}`);
const status = (text: string) => bytes((id) => http(good(id), { status: text }));
const headers = (more: Record<string, string>) => bytes((id) => http(good(id), { headers: more }));
const head = (lines: string) => ended((id) => `HTTP/1.1 200 OK\r\n${lines}\r\n${good(id)}`);
const body = (make: (id: string) => string | Buffer) => bytes((id) => http(make(id)));
const job = (change: Parameters<typeof jobXml>[1]) => body((id) => responseXml(jobXml(id, change)));

const long = (length: number) => 'x'.repeat(length);

/** Something every few milliseconds until the other side has had enough. */
const drip =
  (first: string, next: (count: number) => string): BadAnswer =>
  (socket) => {
    socket.write(first);
    let count = 0;
    const timer = setInterval(() => socket.write(next(count++)), 5);
    socket.once('close', () => clearInterval(timer));
  };

/** A hundred ways to answer badly, resets in the middle of an answer not counted. */
export const BAD_ANSWERS: Readonly<Record<string, BadAnswer>> = {
  'nothing at all': () => undefined,
  'the end at once': (socket) => void socket.end(),
  'a reset at once': (socket) => void socket.resetAndDestroy(),
  'the body alone': ended(good),
  'a TLS alert': ended(() => Buffer.from([0x15, 3, 3, 0, 2, 2, 40])),
  'bytes of chance': ended(() => Buffer.from(Array.from({ length: 512 }, (_, n) => (n * 167) % 256))),

  ...Object.fromEntries(
    [
      '200 OK',
      'HTTP/1.1',
      'HTTP/2 200 OK',
      'HTTP/9.9 200 OK',
      'ICY 200 OK',
      'HTTP/1.1 abc OK',
      'HTTP/1.1 20',
      'http/1.1 200 OK',
      'HTTP/1.1 -200 OK',
      ' HTTP/1.1 200 OK',
      'GET / HTTP/1.1',
      'HTTP/1.1 200\0 OK',
    ].map((line) => [`the status line ${JSON.stringify(line)}`, statusLine(line)]),
  ),
  ...Object.fromEntries(
    [
      '204 No Content',
      '300 Choices',
      '301 Moved',
      '302 Found',
      '304 Not Modified',
      '307 Again',
      '308 Moved',
      '400 Bad',
      '401 No',
      '402 Pay',
      '403 No',
      '404 None',
      '405 No',
      '407 Proxy',
      '408 Late',
      '409 Conflict',
      '410 Gone',
      '411 Length',
      '413 Large',
      '415 Type',
      '418 Teapot',
      '421 Misdirected',
      '429 Slow',
      '451 Law',
      '499 Closed',
      '500 Oh',
      '501 No',
      '502 Bad',
      '503 Busy',
      '504 Late',
      '505 Version',
      '511 Login',
      '599 Late',
      '600 More',
      '999 No',
    ].map((text) => [`the status ${text}`, status(text)]),
  ),
  'another protocol': bytes(
    () => 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
  ),
  'another protocol, without its headers': bytes(() => 'HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  'information for ever': drip('', () => 'HTTP/1.1 100 Continue\r\n\r\n'),
  'early hints, and the end': ended(() => 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  'headers for ever': drip('HTTP/1.1 200 OK\r\n', (count) => `x-${count}: y\r\n`),
  'one header for ever': drip('HTTP/1.1 200 OK\r\nx: ', () => 'y'),
  'a body for ever': drip('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', () => '<'),
  'chunks for ever': drip('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', () => '1\r\n<\r\n'),
  'a header of a megabyte': ended(() => `HTTP/1.1 200 OK\r\nx: ${long(1e6)}\r\n\r\n`),
  'a hundred thousand headers': ended(() => `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(1e5)}\r\n`),
  'a header without a colon': head('nonsense\r\n'),
  'a header with a NUL': head('x: a\0b\r\n'),
  'a header without a name': head(': x\r\n'),
  'two lengths': head('content-length: 5\r\ncontent-length: 6\r\n'),
  'a negative length': head('content-length: -1\r\n'),
  'a length that is none': head('content-length: many\r\n'),
  'a length beyond all numbers': head(`content-length: ${'9'.repeat(40)}\r\n`),
  'a length that is too long': ended((id) => http(good(id), { headers: { 'content-length': '5000' } })),
  'a length that is too short': ended((id) => http(good(id), { headers: { 'content-length': '20' } })),
  'a length of nothing': headers({ 'content-length': '0' }),
  'a length of 100 MB, and as much': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n');
    const more = () => void (socket.writable && socket.write(Buffer.alloc(65_536, 65)) && setImmediate(more));
    socket.on('drain', more);
    more();
  },
  'chunks and a length': head('content-length: 5\r\ntransfer-encoding: chunked\r\n'),
  'chunks that are none': head('transfer-encoding: chunked\r\n'),
  'a chunk of endless size': ended(
    () => `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\n`,
  ),
  'chunks without an end': ended(() => 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n<Re\r\n'),
  'gzip that was not asked for': bytes((id) =>
    http(gzipSync(good(id)), { headers: { 'content-encoding': 'gzip' } }),
  ),
  'UTF-16': body((id) => Buffer.from(good(id), 'utf16le')),
  'bytes that are not UTF-8': body((id) => Buffer.concat([Buffer.from(good(id)), Buffer.from([0xff])])),

  'an empty body': body(() => ''),
  'white space': body(() => ' \n '),
  JSON: body((id) => JSON.stringify({ JobsDetail: [{ JobId: id, State: 'Success' }] })),
  HTML: body(() => '<html><body>Please log in<br></body></html>'),
  'an error with status 200': body(() => '<Error><Code>SlowDown</Code><Message>m</Message></Error>'),
  'another root': body((id) => good(id).replaceAll('Response', 'Answer')),
  'two roots': body((id) => good(id) + good(id)),
  'text behind the root': body((id) => `${good(id)}x`),
  'a DOCTYPE': body((id) => `<!DOCTYPE r [<!ENTITY s "Success">]>${good(id)}`),
  'tags that are not closed': body((id) => good(id).replace('</JobsDetail>', '')),
  'a hundred and seventy thousand open tags': body(() => `<Response>${'<aaaa>'.repeat(170_000)}`),
  'a character that no XML holds': job({ rest: '<Message>&#0;</Message>' }),
  'half a pair of surrogates': job({ rest: '<Message>&#xD800;</Message>' }),
  'no job': body(() => '<Response></Response>'),
  'another job': body(() => responseXml(jobXml('another', { state: 'Success' }))),
  'a job without an id': body(() => '<Response><JobsDetail><State>Success</State></JobsDetail></Response>'),
  'a job without a state': body((id) => `<Response><JobsDetail><JobId>${id}</JobId></JobsDetail></Response>`),
  'a job of two states': job({ rest: '<State>Failed</State>' }),
  'a job of two ids': job({ rest: '<JobId>another</JobId>' }),
  'text in place of a job': body(() => '<Response><JobsDetail>Success</JobsDetail></Response>'),
  'a state of 3 000 letters': job({ state: long(3000) }),
  'a state of control characters': job({ state: 'a&#9;b' }),
  'a tag of 2 000 letters': job({ tag: long(2000) }),
  'a queue of 2 000 letters': job({ queueId: long(2000) }),
  'an input of two': job({ rest: '<Input><Object>a</Object></Input><Input><Object>b</Object></Input>' }),
  'an input of 5 000 letters': job({ rest: `<Input><Object>${long(5000)}</Object></Input>` }),
  'an output whose object is an element': job({
    rest: '<Operation><Output><Object><a>1</a></Object></Output></Operation>',
  }),
  'an output of 5 000 letters': job({
    rest: `<Operation><Output><Object>${long(5000)}</Object></Output></Operation>`,
  }),
  'a UserData of two': job({ rest: '<Operation><UserData>a</UserData><UserData>b</UserData></Operation>' }),
};

/** The bytes of a good answer, cut by a reset before the last of them: one way for each byte. */
export function resetsAtEveryByte(): readonly [string, BadAnswer][] {
  return Array.from({ length: http(good('j0')).length }, (_, at) => [
    `a reset after ${at} bytes`,
    (socket: Socket, id: string) =>
      void socket.write(http(good(id)).subarray(0, at), () => socket.resetAndDestroy()),
  ]);
}
