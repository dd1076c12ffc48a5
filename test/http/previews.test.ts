import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkUploads } from '../../shared/rules/check-uploads.ts';
import { type Asker, loadFunction, loadHandler } from '../worlds/load-function.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { operation, submission } from '../worlds/submit-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { endJobs } from './acting.ts';

const ON = { PREVIEWS: 'on', UPLOADS: 'uploads/' };

interface Preview {
  Url: string;
  ExpiresAt: string;
  Type: string;
  Bytes: number | null;
}

async function worldWithGif(key = 'clips/a.mp4') {
  const world = await startRuledWorld([ruleOf()], ON);
  await world.drop({ key });
  const [id = ''] = await endJobs(world, 'Success');
  return { ...world, id };
}

function upload(content: string, name = 'a.mp4') {
  const Md5 = createHash('md5').update(content).digest('hex');
  return { Name: name, Bytes: Buffer.byteLength(content), Md5 };
}

async function post(submit: Asker, body: object) {
  return await submit('/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function put({ Url, Headers }: { Url: string; Headers: Record<string, string> }, body: string) {
  return (await fetch(Url, { method: 'PUT', headers: Headers, body })).status;
}

describe('previews', () => {
  it('a plain client looks at input and output by their addresses', async () => {
    const { describe: ask, id } = await worldWithGif();
    const { status, headers, json } = await ask(`/watches/${id}/preview`);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    const { Input, Output } = json as unknown as { Input: Preview; Output: Preview };
    expect([Input.Type, Output.Type]).toEqual(['video/mp4', 'image/gif']);
    // Nothing lies there in this world: COS looked, so the signature was believed.
    expect((await fetch(Input.Url)).status).toBe(404);
    expect((await fetch(Output.Url)).status).toBe(404);
    expect((await fetch(Output.Url.replace(/q-signature=../, 'q-signature=00'))).status).toBe(403);
    expect(Date.parse(Output.ExpiresAt)).toBeGreaterThan(Date.now() + 200_000);
    expect(Date.parse(Output.ExpiresAt)).toBeLessThanOrEqual(Date.now() + 300_000);
  });

  it('an address is refused once its time is over', async () => {
    const { describe: ask, id, cloud } = await worldWithGif();
    const { json } = await ask(`/watches/${id}/preview`);
    await cloud.control('PUT', '/clock', { offsetMs: 301_000 });
    expect((await fetch((json['Output'] as Preview).Url)).status).toBe(403);
  });

  it('an address ends with the credentials that signed it', async () => {
    const { env, id } = await worldWithGif();
    const end = Math.floor(Date.now() / 1000) + 30;
    const ask = await loadFunction('describe', { ...env, TENCENTCLOUD_EXPIREDTIME: String(end) }, [ruleOf()]);
    const { json } = await ask(`/watches/${id}/preview`);
    Object.assign(process.env, { TENCENTCLOUD_EXPIREDTIME: '' });
    expect((json['Output'] as Preview).ExpiresAt).toBe(new Date(end * 1000).toISOString());
  });

  it('a page of rows has its addresses in one answer, without what nobody watches', async () => {
    const { submit, id } = await worldWithGif();
    const { json } = await submit('/previews', { query: { ids: `unknown,${id}` } });
    expect(json).toMatchObject({ Previews: [{ JobId: id, Input: { Type: 'video/mp4' } }] });
    expect((await submit('/previews', { query: {} })).status).toBe(400);
    const many = Array.from({ length: 51 }, (_, index) => `j${index}`).join(',');
    expect((await submit('/previews', { query: { ids: many } })).status).toBe(400);
  });

  it('what lies elsewhere is not shown', async () => {
    const world = await startRuledWorld([ruleOf()], ON);
    const elsewhere = { ...operation(), Output: { Region: REGION, Bucket: BUCKET, Object: 'secret/a.gif' } };
    const body = JSON.stringify({
      Tag: 'Animation',
      Input: { Object: 'private/a.mp4' },
      Operation: [elsewhere],
    });
    const { json } = await world.submit('/jobs', { ...submission(), body });
    const [{ JobId }] = json['JobsDetail'] as [{ JobId: string }];
    const { status, json: problem } = await world.describe(`/watches/${JobId}/preview`);
    expect([status, problem['code']]).toEqual([403, 'NotPreviewed']);
    const { json: page } = await world.describe('/previews', { query: { ids: JobId } });
    expect(page).toEqual({ Previews: [{ JobId, Input: null, Output: null }] });
  });

  it('are off unless they are switched on', async () => {
    const world = await startRuledWorld();
    for (const path of ['/watches/j1/preview', '/previews']) {
      const { status, json } = await world.describe(path, {
        query: path === '/previews' ? { ids: 'j1' } : {},
      });
      expect([status, json['code']]).toEqual([403, 'PreviewsOff']);
    }
  });
});

describe('uploads', () => {
  it('a plain client puts one content to one place, once', async () => {
    const world = await startRuledWorld([ruleOf()], ON);
    const { status, headers, json } = await post(world.submit, upload('hello', 'ein Film.mp4'));
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    const address = json as unknown as { Key: string; Url: string; Headers: Record<string, string> };
    expect(address.Key).toBe('uploads/5d41402abc4b2a76/ein Film.mp4');
    expect(await put(address, 'hello you')).toBe(403);
    expect(await put({ ...address, Headers: { ...address.Headers, 'content-md5': 'AAAA' } }, 'hello')).toBe(
      403,
    );
    const { 'x-cos-forbid-overwrite': _, ...overwriting } = address.Headers;
    expect(await put({ ...address, Headers: overwriting }, 'hello')).toBe(403);
    expect(await put(address, 'HELLO')).toBe(400);
    expect(await put(address, 'hello')).toBe(200);
    expect(await put(address, 'hello')).toBe(409);
    await world.cloud.control('PUT', '/clock', { offsetMs: 901_000 });
    expect(await put(address, 'hello')).toBe(403);
  });

  it.each([
    ['a folder in its name', { Name: '../a.mp4' }],
    ['a hidden name', { Name: '.a.mp4' }],
    ['no name', { Name: '' }],
    ['a control character', { Name: 'a\n.mp4' }],
    ['no bytes', { Bytes: 0 }],
    ['half a byte', { Bytes: 0.5 }],
    ['more than COS takes', { Bytes: 5_368_709_121 }],
    ['an MD5 in base64', { Md5: 'XUFAKrxLKna5cZ2REBfFkg==' }],
    ['a field too many', { Bucket: 'x' }],
  ])('with %s is refused', async (_, change) => {
    const world = await loadFunction('api', { CI_BUCKETS: `${BUCKET}@${REGION}`, API_AUTH: 'none', ...ON });
    const { status, json } = await post(world, { ...upload('hello'), ...change });
    expect([status, json['code']]).toEqual([400, 'InvalidInput']);
    expect(json['detail']).toContain(Object.keys(change)[0]);
  });

  it('are off unless a prefix is set', async () => {
    const api = await loadFunction('api', {
      CI_BUCKETS: `${BUCKET}@${REGION}`,
      API_AUTH: 'none',
      UPLOADS: '',
    });
    const { status, json } = await post(api, upload('hello'));
    expect([status, json['code']]).toEqual([403, 'UploadsOff']);
  });

  it.each([
    ['clips/', 'catches'],
    ['clips/new/', 'catches'],
    ['gifs/', 'writes to'],
  ])('below %s, which a rule %s, are refused when the configuration is read', async (prefix, does) => {
    const env = { CI_BUCKETS: `${BUCKET}@${REGION}`, API_AUTH: 'none', UPLOADS: prefix };
    await expect(loadHandler('api', env, [ruleOf()])).rejects.toThrow(`rule clips-to-gif ${does}`);
    process.env['UPLOADS'] = '';
  });

  it('below a prefix that a rule of another bucket has are taken', () => {
    const buckets = [{ name: 'other-1250000000', region: REGION }] as const;
    expect(() => checkUploads({ uploads: 'clips/', buckets }, [ruleOf()])).not.toThrow();
  });
});
