import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CI_HOST,
  COS_HOST,
  errorCode,
  runCloud,
  sign,
  type TestCloud,
  texts,
} from '../../worlds/running-cloud.ts';
import { animationXml, submit } from './animation-job.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
  await running.control('PUT', '/progress', { mode: 'time', queuedMs: 600_000, runningMs: 0 });
});
afterAll(() => running.close());

const put = (url: string, rest = {}) => running.call({ method: 'PUT', url, host: COS_HOST, ...rest });
const get = (url: string) => running.call({ url, host: COS_HOST });

describe('Host', () => {
  it.each([
    ['with a port, signed with it', `${CI_HOST}:9000`, `${CI_HOST}:9000`],
    ['with a port, signed without it', `${CI_HOST}:9000`, CI_HOST],
    ['a bare address signed with its port', '127.0.0.1:9000', '127.0.0.1:9000'],
    ['a bare address signed without its port', 'localhost:9000', 'localhost'],
    ['in capitals', CI_HOST.toUpperCase(), CI_HOST.toUpperCase()],
  ])('%s is accepted', async (_what, host, signedHost) => {
    const authorization = sign('GET', '/queue', { host: signedHost });
    expect((await running.call({ url: '/queue', host, authorization })).status).toBe(200);
  });

  it('decides between a job list and an object called jobs', async () => {
    await put('/jobs', { body: 'an object' });
    expect((await get('/jobs')).text).toBe('an object');
    expect((await running.call({ url: '/jobs?tag=Animation', host: 'localhost:9000' })).text).toContain(
      '<Response',
    );
    expect((await running.call({ url: '/other/jobs', host: 'localhost:9000' })).text).toContain('NoSuchKey');
  });
});

describe('jobs', () => {
  it('takes a percent-encoded comma between ids', async () => {
    const [a, b] = [await submit(running), await submit(running)];
    const answer = await running.call({ url: `/jobs/${a}%2C${b}` });
    expect(texts(answer, 'JobId')).toEqual([a, b]);
  });

  it('takes empty parameters as absent, and + as a space', async () => {
    const id = await submit(running, { input: 'clips/with space.mp4' });
    const empty = 'nextToken=&states=&size=&startCreationTime=&queueId=&workflowId=';
    const answer = await running.call({
      url: `/jobs?tag=Animation&${empty}&inputObject=clips/with+space.mp4`,
    });
    expect(texts(answer, 'JobId')).toEqual([id]);
  });

  it('takes a cancel that is sent but not signed', async () => {
    const id = await submit(running);
    const authorization = sign('PUT', `/jobs/${id}`, { host: CI_HOST });
    expect((await running.call({ method: 'PUT', url: `/jobs/${id}?cancel`, authorization })).status).toBe(
      200,
    );
  });

  it('takes POST /jobs without Content-Type, and in chunks', async () => {
    const headers = { 'transfer-encoding': 'chunked' };
    const answer = await running.call({ method: 'POST', url: '/jobs', headers, body: animationXml() });
    expect(texts(answer, 'State')).toEqual(['Submitted']);
  });
});

describe('objects', () => {
  it('takes a key whose slashes are all percent-encoded, and decodes once', async () => {
    await put('/clips%2Fsub%2Fa.txt', { body: 'one' });
    expect((await get('/clips/sub/a.txt')).text).toBe('one');
    await put('/clips/100%2525.txt', { body: 'two' });
    expect((await get('/clips/100%2525.txt')).text).toBe('two');
    expect((await get('/clips/100%25.txt')).status).toBe(404);
    await put('/.%2Fdot.txt', { body: 'three' });
    expect((await get('/dot.txt')).status).toBe(404);
    expect((await get('/.%2Fdot.txt')).text).toBe('three');
  });

  it('answers an upload with the ETag and the CRC-64 of what arrived', async () => {
    const answer = await put('/sums.txt', { body: '123456789' });
    expect(answer.headers['x-cos-hash-crc64ecma']).toBe('11051210869376104954');
    expect(answer.headers.etag).toBe(`"${createHash('md5').update('123456789').digest('hex')}"`);
  });

  it('checks a signed Content-MD5', async () => {
    const md5 = createHash('md5').update('right').digest('base64');
    expect((await put('/md5.txt', { headers: { 'content-md5': md5 }, body: 'right' })).status).toBe(200);
    expect(errorCode(await put('/md5.txt', { headers: { 'content-md5': md5 }, body: 'wrong' }))).toBe(
      '400 BadDigest',
    );
    expect(errorCode(await put('/md5.txt', { headers: { 'content-md5': 'x' }, body: 'x' }))).toBe(
      '400 InvalidDigest',
    );
    expect((await get('/md5.txt')).text).toBe('right');
  });

  it('takes chunked uploads, and empty ones with content-length 0', async () => {
    await put('/chunked.txt', { headers: { 'transfer-encoding': 'chunked' }, body: 'in chunks' });
    expect((await get('/chunked.txt')).text).toBe('in chunks');
    await put('/empty.txt', { headers: { 'content-length': '0' } });
    const answer = await get('/empty.txt');
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0']);
  });

  it('says MissingContentLength when an upload has neither length nor chunks', async () => {
    const authorization = sign('PUT', '/none.txt', { host: COS_HOST });
    const socket = connect(running.cloud.port, '127.0.0.1');
    socket.write(
      `PUT /none.txt HTTP/1.1\r\nHost: ${COS_HOST}\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`,
    );
    expect(await text(socket)).toContain('<Code>MissingContentLength</Code>');
  });

  it('asks for the body of Expect: 100-continue only when the signature is right', async () => {
    expect(await expectContinue('right')).toEqual({ wasAskedToContinue: true, status: 200 });
    expect((await get('/expect.txt')).text).toBe('right');
    expect(await expectContinue('wrong', 'q-sign-algorithm=sha1')).toEqual({
      wasAskedToContinue: false,
      status: 403,
    });
  });

  it('refuses a path that is not UTF-8', async () => {
    expect((await running.call({ url: '/%ff', host: COS_HOST, authorization: '' })).status).toBe(400);
  });
});

function expectContinue(body: string, authorization?: string) {
  const headers: Record<string, string> = { host: COS_HOST, expect: '100-continue', 'content-length': '5' };
  headers['authorization'] = authorization ?? sign('PUT', '/expect.txt', headers);
  return new Promise((resolve, reject) => {
    let wasAskedToContinue = false;
    const outgoing = request({
      port: running.cloud.port,
      method: 'PUT',
      path: '/expect.txt',
      headers,
      agent: false,
    });
    outgoing.on('continue', () => {
      wasAskedToContinue = true;
      outgoing.end(body);
    });
    outgoing.on('response', (incoming) => {
      incoming.resume();
      resolve({ wasAskedToContinue, status: incoming.statusCode });
      outgoing.destroy();
    });
    outgoing.on('error', reject);
    outgoing.flushHeaders();
  });
}
