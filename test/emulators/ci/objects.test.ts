import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  BUCKET,
  COS_HOST,
  errorCode,
  runCloud,
  sign,
  type TestCloud,
  texts,
  xmlOf,
} from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';

let running: TestCloud;
const created = vi.fn();
beforeAll(async () => {
  running = await runCloud({ onObjectCreated: created });
});
afterAll(() => running.close());

const put = (url: string, body: string | Buffer, headers = {}) =>
  running.call({ method: 'PUT', url, host: COS_HOST, body, headers });
const get = (url: string, headers = {}, method = 'GET') =>
  running.call({ method, url, host: COS_HOST, headers });

describe('an object', () => {
  it('comes back with its headers, and tells the listener', async () => {
    await put('/o/a.bin', '0123456789', {
      'content-type': 'x/y',
      'x-cos-meta-who': 'me',
      'cache-control': 'no-store',
    });
    const { headers, text } = await get('/o/a.bin');
    const etag = createHash('md5').update('0123456789').digest('hex');
    expect(text).toBe('0123456789');
    expect(headers).toMatchObject({
      'content-type': 'x/y',
      'x-cos-meta-who': 'me',
      'cache-control': 'no-store',
    });
    expect(headers.etag).toBe(`"${etag}"`);
    expect(created).toHaveBeenLastCalledWith({
      ...{ bucket: BUCKET, region: 'ap-guangzhou', key: 'o/a.bin', size: 10, etag, contentType: 'x/y' },
      ...{
        eventName: 'cos:ObjectCreated:Put',
        authorization: expect.stringContaining('q-signature='),
        timeMs: expect.any(Number),
        requestId: expect.any(String),
      },
    });
    const head = await get('/o/a.bin', {}, 'HEAD');
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '10']);
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-30', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
    ['bytes=4-2', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
  ])('answers Range %s', async (range, status, text, contentRange) => {
    const answer = await get('/o/a.bin', { range });
    expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([
      status,
      text,
      contentRange,
    ]);
  });

  it('answers a range beyond its end with InvalidRange', async () => {
    const answer = await get('/o/a.bin', { range: 'bytes=10-' });
    expect(errorCode(answer)).toBe('416 InvalidRange');
    expect(answer.headers['content-range']).toBe('bytes */10');
  });

  it('answers conditions', async () => {
    const { headers } = await get('/o/a.bin');
    const since = String(headers['last-modified']);
    expect((await get('/o/a.bin', { 'if-none-match': String(headers.etag) })).status).toBe(304);
    expect((await get('/o/a.bin', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get('/o/a.bin', { 'if-modified-since': since })).status).toBe(304);
    expect((await get('/o/a.bin', { 'if-match': '"other"' })).status).toBe(412);
    expect((await get('/o/a.bin', { 'if-unmodified-since': since })).status).toBe(200);
  });

  it('is missing as NoSuchKey, without a body for HEAD', async () => {
    expect(errorCode(await get('/o/none'))).toBe('404 NoSuchKey');
    expect(texts(await get('/o/none'), 'Resource')).toEqual(['/o/none']);
    expect((await get('/o/none', {}, 'HEAD')).bytes).toHaveLength(0);
    expect((await running.call({ method: 'DELETE', url: '/o/none', host: COS_HOST })).status).toBe(204);
  });

  it('appears only when it is whole, and a cut upload leaves nothing behind', async () => {
    const headers: Record<string, string> = { host: COS_HOST, 'content-length': '1000000' };
    headers['authorization'] = sign('PUT', '/o/cut.bin', headers);
    const outgoing = request({
      port: running.cloud.port,
      method: 'PUT',
      path: '/o/cut.bin',
      headers,
      agent: false,
    });
    outgoing.on('error', () => undefined);
    outgoing.write(Buffer.alloc(500_000));
    const tmp = join(running.dataDir, 'ci', 'tmp');
    await until(async () => expect((await readdir(tmp)).length).toBe(1));
    expect((await get('/o/cut.bin')).status).toBe(404);
    outgoing.destroy();
    await until(async () => expect((await readdir(tmp)).length).toBe(0));
    expect((await get('/o/cut.bin')).status).toBe(404);
  });

  it('dropped into the folder by hand has an ETag from its content, also after it changed', async () => {
    const file = join(running.dataDir, 'buckets', BUCKET, 'dropped.mp4');
    for (const content of ['first', 'other']) {
      await writeFile(file, content);
      const { headers, text } = await get('/dropped.mp4');
      expect([text, headers.etag]).toEqual([content, `"${createHash('md5').update(content).digest('hex')}"`]);
      expect(headers['content-type']).toBe('video/mp4');
    }
  });

  it('written many times at once is one of them, whole, with its own ETag', async () => {
    const bodies = Array.from({ length: 12 }, (_, index) => Buffer.alloc(50_000, index));
    await Promise.all(
      bodies.map((body, index) => put('/o/raced.bin', body, { 'x-cos-meta-index': String(index) })),
    );
    const { bytes, headers } = await get('/o/raced.bin');
    expect(headers.etag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
    expect(headers['x-cos-meta-index']).toBe(String(bytes[0]));
  });
});

describe('a listing', () => {
  beforeAll(async () => {
    for (const key of ['l/a', 'l/b/1', 'l/b/2', 'l/c d+e', 'l/z&<'])
      await put(`/${encodeURIComponent(key)}`, key);
  });

  it('groups by delimiter and goes on after a marker', async () => {
    const first = await get('/?prefix=l/&delimiter=/&max-keys=2&marker=');
    expect([texts(first, 'Key'), texts(first, 'IsTruncated'), texts(first, 'NextMarker')]).toEqual([
      ['l/a'],
      ['true'],
      ['l/b/'],
    ]);
    const second = xmlOf(await get('/?prefix=l/&delimiter=/&max-keys=2&marker=l/b/'));
    expect(second).toMatchObject({
      ListBucketResult: { IsTruncated: 'false', Contents: [{ Key: 'l/c d+e' }, { Key: 'l/z&amp;&lt;' }] },
    });
  });

  it('encodes a space as %20 when asked to', async () => {
    expect(texts(await get('/?prefix=l/c&encoding-type=url'), 'Key')).toEqual(['l%2Fc%20d%2Be']);
  });

  it('refuses nonsense', async () => {
    expect(errorCode(await get('/?max-keys=x'))).toBe('400 InvalidArgument');
    expect(errorCode(await get('/?encoding-type=x'))).toBe('400 InvalidArgument');
    expect(errorCode(await get('/', {}, 'POST'))).toBe('400 InvalidArgument');
    expect(errorCode(await get('/', {}, 'PATCH'))).toBe('405 MethodNotAllowed');
    expect((await get('/', {}, 'HEAD')).status).toBe(200);
  });
});
