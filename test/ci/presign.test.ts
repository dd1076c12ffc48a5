import COS from 'cos-nodejs-sdk-v5';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presign } from '../../shared/ci/signature/presign.ts';
import { BUCKET, REGION, startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';

const CREDENTIALS = { secretId: 'AKIDexample', secretKey: 'example' };

/** The official client's address for the same object and time. */
function official(method: 'GET' | 'PUT', key: string, headers: Record<string, string>, seconds: number): URL {
  const client = new COS({
    SecretId: CREDENTIALS.secretId,
    SecretKey: CREDENTIALS.secretKey,
    Protocol: 'https:',
  });
  return new URL(
    client.getObjectUrl(
      {
        Bucket: BUCKET,
        Region: REGION,
        Key: key,
        Method: method,
        Sign: true,
        Expires: seconds,
        Headers: headers,
      },
      () => undefined,
    ),
  );
}

describe('a presigned address', () => {
  it('carries the signature of the official client', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET' as const, 'PUT' as const),
        fc
          .stringMatching(/^[a-zA-Z0-9/ _.~!'()*+,;=@&$#%中文-]{1,40}$/)
          .filter((key) => !/^\/|\/$|\/\/|(^|\/)\.\.?(\/|$)/.test(key)),
        (method, key) => {
          const theirs = official(method, key, {}, 300);
          const keyTime = theirs.searchParams.get('q-key-time') ?? '';
          const ours = new URL(
            presign({
              method,
              bucket: { name: BUCKET, region: REGION },
              key,
              credentials: CREDENTIALS,
              keyTime,
            }),
          );
          expect(ours.searchParams.get('q-header-list')).toBe(theirs.searchParams.get('q-header-list'));
          expect(ours.searchParams.get('q-signature')).toBe(theirs.searchParams.get('q-signature'));
          expect([ours.host, decodeURIComponent(ours.pathname)]).toEqual([theirs.host, `/${key}`]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ends with temporary credentials, which it carries', () => {
    const address = presign({
      method: 'GET',
      bucket: { name: BUCKET, region: REGION },
      key: 'a.gif',
      credentials: { ...CREDENTIALS, sessionToken: 'to/ken=' },
      keyTime: '1;2',
    });
    expect(new URL(address).searchParams.get('x-cos-security-token')).toBe('to/ken=');
  });
});

describe('a plain client at the local COS', () => {
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(async () => {
    await cloud.close();
  });

  const address = (method: 'GET' | 'PUT', key: string, times: readonly [number, number], headers = {}) =>
    presign({
      method,
      bucket: { name: BUCKET, region: REGION },
      key,
      headers,
      endpoint: new URL(cloud.env['CI_ENDPOINT'] ?? ''),
      credentials: {
        secretId: cloud.env['TENCENTCLOUD_SECRETID'] ?? '',
        secretKey: cloud.env['TENCENTCLOUD_SECRETKEY'] ?? '',
      },
      keyTime: times.map((seconds) => Math.floor(Date.now() / 1000) + seconds).join(';'),
    });

  it('writes and reads the object, and is refused once the time is over', async () => {
    const headers = { 'content-length': '5', 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' };
    const put = await fetch(address('PUT', 'a b/中.txt', [-10, 300], headers), {
      method: 'PUT',
      body: 'hello',
      headers: { 'content-md5': headers['content-md5'] },
    });
    expect(put.status).toBe(200);
    expect(await (await fetch(address('GET', 'a b/中.txt', [-10, 300]))).text()).toBe('hello');
    expect((await fetch(address('GET', 'a b/中.txt', [-300, -10]))).status).toBe(403);
    expect(
      (await fetch(address('GET', 'another', [-10, 300]).replace('another', 'a%20b/%E4%B8%AD.txt'))).status,
    ).toBe(403);
  });

  it('may not send another body than was signed', async () => {
    const headers = { 'content-length': '5', 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' };
    const longer = await fetch(address('PUT', 'b.txt', [-10, 300], headers), {
      method: 'PUT',
      body: 'hello you',
      headers: { 'content-md5': headers['content-md5'] },
    });
    expect(longer.status).toBe(403);
  });
});
