import { createHash, createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COS_OPERATIONS } from '../../../emulators/ci/cos-operations.ts';
import { BUCKET, COS_HOST, runCloud, SECRETS, type TestCloud } from '../../worlds/running-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await runCloud();
  await put('clips/a.mp4', 'a clip');
  await put('b', 'another');
});
afterAll(() => cloud.close());

async function put(key: string, body: string): Promise<void> {
  const { status } = await cloud.call({ method: 'PUT', url: `/${key}`, host: COS_HOST, body });
  expect(status).toBe(200);
}

/** Every file of the service, with its bytes. */
async function folder(): Promise<Map<string, string>> {
  const names = await readdir(cloud.dataDir, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'base64')] as const)),
  );
}

const left = COS_OPERATIONS.filter(({ done }) => !done);
const subResources = [...new Set(COS_OPERATIONS.map(({ sub }) => sub))].filter((sub) => sub !== '');
const codeOf = (text: string) => /<Code>([^<]+)/.exec(text)?.[1];

it('every documented operation that is not done is refused by its name, and nothing is touched', async () => {
  const before = await folder();
  for (const { on, method, sub, name } of left) {
    const url = `/${on === 'bucket' ? '' : 'clips/a.mp4'}${sub === '' ? '' : `?${sub}`}`;
    // Node sends no length with a body of such a method.
    const body = method === 'PUT' || method === 'POST' ? { body: 'something else' } : {};
    const { status, text } = await cloud.call({ method, url, host: COS_HOST, ...body });
    expect([name, status, codeOf(text)]).toEqual([name, 501, 'NotImplemented']);
    expect(text, name).toContain(sub === '' ? name : sub);
  }
  expect(await folder()).toEqual(before);
});

it('no method on any sub-resource does what it does without it', async () => {
  const before = await folder();
  for (const sub of subResources) {
    for (const method of ['PUT', 'POST', 'DELETE', 'PATCH']) {
      for (const url of [`/clips/a.mp4?${sub}`, `/?${sub}`, `/clips/a.mp4?${sub}=x`]) {
        const body = method === 'PUT' || method === 'POST' ? { body: '<nonsense/>' } : {};
        const { status } = await cloud.call({ method, url, host: COS_HOST, ...body });
        const isTagsGone = method === 'DELETE' && sub === 'tagging';
        const isBegun = method === 'POST' && sub === 'uploads';
        if (!isTagsGone && !isBegun) expect([method, url, status >= 400]).toEqual([method, url, true]);
      }
    }
  }
  const after = await folder();
  for (const [file, bytes] of before) if (file.includes('/buckets/')) expect(after.get(file)).toBe(bytes);
});

it('a flag that nobody knows is refused, not overlooked', async () => {
  for (const flag of ['imageMogr2/thumbnail/!50p', 'imageView2/1/w/100', 'watermark/3', 'brandnew']) {
    const { status, text } = await cloud.call({ url: `/clips/a.mp4?${flag}`, host: COS_HOST });
    expect([flag, status]).toEqual([flag, 501]);
    expect(text).toContain(flag.split('/')[0]);
  }
  const headers = { 'pic-operations': '{}' };
  const refused = await cloud.call({
    method: 'PUT',
    url: '/clips/a.mp4',
    host: COS_HOST,
    headers,
    body: 'x',
  });
  expect(refused.status).toBe(501);
  expect((await cloud.call({ url: '/clips/a.mp4', host: COS_HOST })).text).toBe('a clip');
});

it('header names are written as COS writes them', async () => {
  const { cloud: running } = cloud;
  const { request } = await import('node:http');
  const names = await new Promise<string[]>((resolve, reject) => {
    request(`${running.url}/_none`, { method: 'HEAD' }, (answer) => resolve(answer.rawHeaders))
      .on('error', reject)
      .end();
  });
  expect(names).toEqual(expect.arrayContaining(['Server', 'Date', 'x-cos-request-id', 'Content-Type']));
  const put = await cloud.client().putObject({ Bucket: BUCKET, Region: 'ap-guangzhou', Key: 'h', Body: 'x' });
  expect(put.ETag).toMatch(/^"/);
});

describe('a page of this machine', () => {
  const ORIGIN = 'http://localhost:5173';
  const preflight = (origin: string) =>
    cloud.call({
      method: 'OPTIONS',
      url: '/clips/new.mp4',
      host: COS_HOST,
      authorization: '',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,content-type,x-cos-meta-a',
      },
    });

  it('may ask ahead, and another may not', async () => {
    const { status, headers } = await preflight(ORIGIN);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': expect.stringContaining('PUT'),
      'access-control-allow-headers': 'authorization,content-type,x-cos-meta-a',
    });
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      const refused = await preflight(origin);
      expect([origin, refused.status, refused.headers['access-control-allow-origin']]).toEqual([
        origin,
        403,
        undefined,
      ]);
    }
  });

  const SECONDS = Math.floor(Date.now() / 1000);
  const keyTime = `${SECONDS - 60};${SECONDS + 600}`;
  const signed = (policy: object): Record<string, string> => {
    const text = JSON.stringify(policy);
    const hmac = (key: string, value: string) => createHmac('sha1', key).update(value).digest('hex');
    return {
      policy: Buffer.from(text).toString('base64'),
      'q-sign-algorithm': 'sha1',
      'q-ak': SECRETS.SecretId,
      'q-key-time': keyTime,
      'q-signature': hmac(hmac(SECRETS.SecretKey, keyTime), createHash('sha1').update(text).digest('hex')),
    };
  };
  const POLICY = {
    expiration: new Date((SECONDS + 600) * 1000).toISOString(),
    conditions: [
      { 'q-sign-algorithm': 'sha1' },
      { 'q-ak': SECRETS.SecretId },
      { 'q-sign-time': keyTime },
      { bucket: BUCKET },
      ['starts-with', '$key', 'forms/'],
      ['content-length-range', 1, 100],
      ['eq', '$success_action_status', '201'],
    ],
  };
  const post = async (fields: Record<string, string>, content = 'from a form') => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([content], { type: 'video/mp4' }), '片 1+1.mp4');
    const answer = await fetch(cloud.cloud.url, { method: 'POST', body: form, headers: { origin: ORIGIN } });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const FIELDS = { key: 'forms/${filename}', success_action_status: '201' };

  it('uploads by a form whose policy is signed', async () => {
    const { status, text, headers } = await post({ ...FIELDS, ...signed(POLICY) });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([201, ORIGIN]);
    expect(text).toContain('<Key>forms/片 1+1.mp4</Key>');
    const url = encodeURI('/forms/片 1+1.mp4');
    expect((await cloud.call({ url, host: COS_HOST })).text).toBe('from a form');
  });

  it.each([
    ['another key', { key: 'clips/a.mp4' }, {}, 'AccessDenied'],
    ['a field that the policy does not name', { 'x-cos-meta-a': '1' }, {}, 'AccessDenied'],
    ['another status than the policy says', { success_action_status: '200' }, {}, 'AccessDenied'],
    ['a signature of another policy', { 'q-signature': '0'.repeat(40) }, {}, 'SignatureDoesNotMatch'],
    ['another key id', { 'q-ak': 'nobody' }, {}, 'InvalidAccessKeyId'],
    ['a policy that is over', {}, { expiration: '2020-01-01T00:00:00.000Z' }, 'AccessDenied'],
  ])('is refused with %s', async (_, fields, policy, code) => {
    const { status, text } = await post({ ...FIELDS, ...signed({ ...POLICY, ...policy }), ...fields });
    expect([status, codeOf(text)]).toEqual([403, code]);
  });

  it('is refused with a file larger than the policy allows', async () => {
    const { status } = await post({ ...FIELDS, ...signed(POLICY) }, 'x'.repeat(101));
    expect(status).toBe(403);
    expect((await cloud.call({ url: '/clips/a.mp4', host: COS_HOST })).text).toBe('a clip');
  });
});

it('docs/local-cloud.md names every operation where it belongs', async () => {
  const document = await readFile('docs/local-cloud.md', 'utf8');
  const [, done = ''] = document.split('## What is done');
  const [, notDone = ''] = document.split('## What is not');
  const counts = { done: COS_OPERATIONS.length - left.length, left: left.length };
  expect(done).toContain(`Of COS, ${counts.done} operations`);
  expect(notDone).toContain(`Of COS ${counts.left} operations`);
  for (const one of COS_OPERATIONS) {
    const part = one.done ? done.split('## What is not')[0] : notDone.split('## What becomes')[0];
    expect(part).toContain(one.name);
  }
});
