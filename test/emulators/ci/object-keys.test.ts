import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, COS_HOST, errorCode, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';

let running: TestCloud;
let bucketFolder: string;
beforeAll(async () => {
  running = await runCloud();
  bucketFolder = join(running.dataDir, 'buckets', BUCKET);
});
afterAll(() => running.close());

const path = (key: string) => `/${encodeURIComponent(key)}`;
const put = (key: string, body: string) =>
  running.call({ method: 'PUT', url: path(key), host: COS_HOST, body });
const get = (key: string) => running.call({ url: path(key), host: COS_HOST });
const remove = (key: string) => running.call({ method: 'DELETE', url: path(key), host: COS_HOST });
async function listed(prefix: string): Promise<string[]> {
  const answer = await running.call({
    url: `/?encoding-type=url&prefix=${encodeURIComponent(prefix)}`,
    host: COS_HOST,
  });
  return texts(answer, 'Key').map(decodeURIComponent);
}

const PLAIN = [
  'k/a b.txt',
  'k/a+b',
  'k/100%',
  'k/%41',
  'k/a&b',
  'k/#1',
  'k/what?',
  'k/猫.mp4',
  'k/😀',
  'k/.hidden',
  'k/..x',
  "k/it's (1)!*",
  '-k',
];
const NO_FILE = [
  'k/',
  '/k',
  'k//x',
  '../x',
  'k/../../x',
  '.',
  '..',
  './k',
  `k/${'n'.repeat(256)}`,
  'k/a\\b',
  'k/\u0000',
  '../../../../../../tmp/x',
];

describe.each(PLAIN)('key %j', (key) => {
  it('lies at its own path, comes back, is listed and goes away', async () => {
    expect((await put(key, key)).status).toBe(200);
    expect(await readFile(join(bucketFolder, key), 'utf8')).toBe(key);
    expect((await get(key)).text).toBe(key);
    expect(await listed(key)).toEqual([key]);
    expect((await remove(key)).status).toBe(204);
    expect((await get(key)).status).toBe(404);
    expect(await listed(key)).toEqual([]);
  });
});

describe.each(NO_FILE)('key %j, which no file can have', (key) => {
  it('lies under its digest, never outside, and works the same', async () => {
    expect((await put(key, key)).status).toBe(200);
    const names = await readdir(join(running.dataDir, 'objects'));
    expect(names.map((name) => name.replace('.json', ''))).toEqual([names[0], names[0]]);
    expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
    expect((await get(key)).text).toBe(key);
    expect(await listed(key)).toEqual([key]);
    expect((await remove(key)).status).toBe(204);
    expect((await get(key)).status).toBe(404);
    expect(await readdir(join(running.dataDir, 'objects'))).toEqual([]);
  });
});

it('a key may be another key and a slash and more', async () => {
  await put('both/below', 'below');
  await put('both', 'above');
  await put('both/below/deeper', 'deeper');
  expect([(await get('both')).text, (await get('both/below')).text]).toEqual(['above', 'below']);
  expect((await get('both/below/deeper')).text).toBe('deeper');
  expect(await listed('both')).toEqual(['both', 'both/below', 'both/below/deeper']);
});

it('850 bytes are a key, 851 are KeyTooLong', async () => {
  const key = '猫/'.repeat(212).slice(0, -1);
  expect(Buffer.byteLength(`${key}xyz`)).toBe(850);
  expect((await put(`${key}xyz`, 'long')).status).toBe(200);
  expect((await get(`${key}xyz`)).text).toBe('long');
  expect(errorCode(await put(`${key}xyz!`, 'longer'))).toBe('400 KeyTooLong');
});

describe('symbolic links', () => {
  it('lead nowhere: neither reading, writing, listing nor deleting goes through one', async () => {
    const outside = join(running.dataDir, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(outside, join(bucketFolder, 'folder'));
    await symlink(join(outside, 'secret'), join(bucketFolder, 'file'));
    expect((await get('folder/secret')).status).toBe(404);
    expect((await get('file')).status).toBe(404);
    expect(await listed('f')).toEqual([]);
    await put('folder/secret', 'mine');
    await put('folder/new/one', 'mine');
    await put('file', 'mine');
    expect((await get('folder/secret')).text).toBe('mine');
    await Promise.all([remove('folder/secret'), remove('file')]);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(await readdir(outside)).toEqual(['secret']);
    expect((await lstat(join(bucketFolder, 'file'))).isSymbolicLink()).toBe(true);
  });
});
