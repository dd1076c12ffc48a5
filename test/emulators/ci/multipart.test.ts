import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type COS from 'cos-nodejs-sdk-v5';
import { expect, it, onTestFinished } from 'vitest';
import type { CreatedObject } from '../../../emulators/ci/announcements.ts';
import { BUCKET, COS_HOST, REGION, runCloud, SECRETS } from '../../worlds/running-cloud.ts';

const HERE = { Bucket: BUCKET, Region: REGION };
const MIB = 1024 * 1024;

async function running() {
  const created: CreatedObject[] = [];
  const cloud = await runCloud({ onObjectCreated: (object) => void created.push(object) });
  onTestFinished(() => cloud.close());
  return { cloud, created, cos: cloud.client() };
}

async function file(bytes: Buffer): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'upload-'));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  const name = path.join(folder, 'clip.mp4');
  await writeFile(name, bytes);
  return name;
}

/** As COS makes it of parts [doc]. */
function etagOf(bytes: Buffer, partBytes: number): string {
  const md5 = (part: Buffer) => createHash('md5').update(part).digest();
  const parts = Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, place) =>
    md5(bytes.subarray(place * partBytes, (place + 1) * partBytes)),
  );
  return `"${md5(Buffer.concat(parts)).toString('hex')}-${parts.length}"`;
}

/** The keys of uploads that were begun. */
async function keysBegun(cos: COS, Prefix = ''): Promise<string[]> {
  const listed: COS.MultipartListResult = await cos.multipartList({ ...HERE, Prefix, Delimiter: '' });
  return listed.Upload.map(({ Key }) => Key);
}

it('the official client uploads 20 MB in parts, one of which fails and is sent again', async () => {
  const { cloud, cos, created } = await running();
  const bytes = randomBytes(20 * MIB);
  await cloud.control('PUT', '/faults', [{ match: 'UploadPart', status: 503, times: 1 }]);
  const sent = await cos.uploadFile({
    ...HERE,
    Key: 'clips/big.mp4',
    FilePath: await file(bytes),
    SliceSize: MIB,
  });
  expect(sent.ETag).toBe(etagOf(bytes, MIB));
  const { Body, headers } = await cos.getObject({ ...HERE, Key: 'clips/big.mp4' });
  expect(Body.equals(bytes)).toBe(true);
  expect(headers?.['etag']).toBe(etagOf(bytes, MIB));
  expect(created).toMatchObject([
    { key: 'clips/big.mp4', eventName: 'cos:ObjectCreated:CompleteMultipartUpload', size: 20 * MIB },
  ]);
  expect(await readdir(path.join(cloud.dataDir, 'ci/uploads'))).toEqual([]);
});

it('a key with plus, space and Chinese is uploaded in parts as it is', async () => {
  const { cos, created } = await running();
  const bytes = randomBytes(3 * MIB);
  const Key = 'clips/1+1 a b 片段.mp4';
  await cos.sliceUploadFile({ ...HERE, Key, FilePath: await file(bytes) });
  expect(created.map(({ key }) => key)).toEqual([Key]);
  expect((await cos.getObject({ ...HERE, Key })).Body.equals(bytes)).toBe(true);
});

it('parts survive a restart, are listed, and go with an abort or after a day', async () => {
  const { cloud, cos } = await running();
  const { UploadId } = await cos.multipartInit({ ...HERE, Key: 'a.mp4' });
  const part = { ...HERE, Key: 'a.mp4', UploadId };
  const [one, two] = [randomBytes(MIB), Buffer.from('the last one may be small')];
  const { ETag: oneTag } = await cos.multipartUpload({ ...part, PartNumber: 1, Body: one });
  await cos.multipartUpload({ ...part, PartNumber: 2, Body: 'replaced' });
  const { ETag: twoTag } = await cos.multipartUpload({ ...part, PartNumber: 2, Body: two });
  await cloud.restart();
  const again = cloud.client();
  const listed = await again.multipartListPart(part);
  expect(listed.Part.map(({ PartNumber, ETag, Size }) => [PartNumber, ETag, Size])).toEqual([
    ['1', oneTag, String(MIB)],
    ['2', twoTag, String(two.length)],
  ]);
  expect(await keysBegun(again, 'a')).toEqual(['a.mp4']);
  const Parts = [
    { PartNumber: 1, ETag: oneTag },
    { PartNumber: 2, ETag: twoTag },
  ];
  await again.multipartComplete({ ...part, Parts });
  expect((await again.getObject({ ...HERE, Key: 'a.mp4' })).Body.equals(Buffer.concat([one, two]))).toBe(
    true,
  );
  await expect(again.multipartComplete({ ...part, Parts })).rejects.toMatchObject({ code: 'NoSuchUpload' });

  const { UploadId: aborted } = await again.multipartInit({ ...HERE, Key: 'b.mp4' });
  await again.multipartAbort({ ...HERE, Key: 'b.mp4', UploadId: aborted });
  await again.multipartInit({ ...HERE, Key: 'c.mp4' });
  await cloud.control('PUT', '/clock', { offsetMs: 25 * 3_600_000 });
  const ahead = { ...SECRETS, SystemClockOffset: 25 * 3_600_000 };
  const late = cloud.client(ahead);
  await late.multipartInit({ ...HERE, Key: 'd.mp4' });
  expect(await keysBegun(late)).toEqual(['d.mp4']);
});

it('parts that are missing, small, out of order or of another upload make no object', async () => {
  const { cos } = await running();
  const { UploadId } = await cos.multipartInit({ ...HERE, Key: 'a.mp4' });
  const part = { ...HERE, Key: 'a.mp4', UploadId };
  const tags = [
    (await cos.multipartUpload({ ...part, PartNumber: 1, Body: 'small' })).ETag,
    (await cos.multipartUpload({ ...part, PartNumber: 2, Body: 'small too' })).ETag,
  ];
  const complete = async (...parts: [number, string | undefined][]) =>
    await cos
      .multipartComplete({ ...part, Parts: parts.map(([PartNumber, ETag = '']) => ({ PartNumber, ETag })) })
      .then(
        () => 'taken',
        ({ code }) => code,
      );
  expect(await complete([1, tags[0]], [2, tags[1]])).toBe('EntityTooSmall');
  expect(await complete([2, tags[1]], [1, tags[0]])).toBe('InvalidPartOrder');
  expect(await complete([1, tags[1]])).toBe('InvalidPart');
  expect(await complete([3, tags[1]])).toBe('InvalidPart');
  const other = { ...part, Key: 'other.mp4', PartNumber: 1, Body: 'x' };
  await expect(cos.multipartUpload(other)).rejects.toMatchObject({ code: 'NoSuchUpload' });
  await expect(cos.headObject({ ...HERE, Key: 'a.mp4' })).rejects.toMatchObject({ statusCode: 404 });
});

it('a part may be copied from an object, whole or in a range', async () => {
  const { cos } = await running();
  const bytes = randomBytes(2 * MIB);
  await cos.putObject({ ...HERE, Key: '源 a+b.bin', Body: bytes });
  const { UploadId } = await cos.multipartInit({ ...HERE, Key: 'copy.bin' });
  const part = { ...HERE, Key: 'copy.bin', UploadId };
  const CopySource = `${COS_HOST}/${encodeURIComponent('源 a+b.bin')}`;
  const copied: COS.UploadPartCopyResult = await cos.uploadPartCopy({
    ...part,
    PartNumber: 1,
    CopySource,
    CopySourceRange: `bytes=0-${MIB - 1}`,
  });
  const { ETag } = await cos.multipartUpload({ ...part, PartNumber: 2, Body: 'end' });
  await cos.multipartComplete({
    ...part,
    Parts: [
      { PartNumber: 1, ETag: copied.ETag },
      { PartNumber: 2, ETag },
    ],
  });
  const { Body } = await cos.getObject({ ...HERE, Key: 'copy.bin' });
  expect(Body.equals(Buffer.concat([bytes.subarray(0, MIB), Buffer.from('end')]))).toBe(true);
});

it('many objects are deleted at once, tags and access lists are kept and told', async () => {
  const { cos } = await running();
  for (const Key of ['a b+片.mp4', 'b', 'c']) await cos.putObject({ ...HERE, Key, Body: 'x' });
  const deleted = await cos.deleteMultipleObject({
    ...HERE,
    Objects: [{ Key: 'a b+片.mp4' }, { Key: 'b' }, { Key: 'never there' }],
  });
  expect(deleted.Deleted.map(({ Key }) => Key)).toEqual(['a b+片.mp4', 'b', 'never there']);
  expect((await cos.getBucket(HERE)).Contents.map(({ Key }) => Key)).toEqual(['c']);

  const Tags = [
    { Key: '种类', Value: '片段 1' },
    { Key: 'b', Value: '' },
  ];
  await cos.putObjectTagging({ ...HERE, Key: 'c', Tags });
  expect((await cos.getObjectTagging({ ...HERE, Key: 'c' })).Tags).toEqual(Tags);
  expect((await cos.getObject({ ...HERE, Key: 'c' })).Body.toString()).toBe('x');
  await cos.deleteObjectTagging({ ...HERE, Key: 'c' });
  expect((await cos.getObjectTagging({ ...HERE, Key: 'c' })).Tags).toEqual([]);
  await cos.putObjectAcl({ ...HERE, Key: 'c', ACL: 'public-read' });
  const acl = await cos.getObjectAcl({ ...HERE, Key: 'c' });
  expect(acl).toMatchObject({ ACL: 'public-read' });
  await expect(cos.getObjectTagging({ ...HERE, Key: 'none' })).rejects.toMatchObject({ code: 'NoSuchKey' });
});

it('what must not be overwritten is not, however it comes', async () => {
  const { cos } = await running();
  const Headers = { 'x-cos-forbid-overwrite': 'true' };
  const first = { ...HERE, Key: 'a.mp4', Headers };
  await cos.putObject({ ...first, Body: 'first' });
  await expect(cos.putObject({ ...first, Body: 'second' })).rejects.toMatchObject({ statusCode: 409 });
  await cos.putObject({ ...HERE, Key: 'source', Body: 'copied' });
  const copy = cos.putObjectCopy({ ...first, CopySource: `${COS_HOST}/source` });
  await expect(copy).rejects.toMatchObject({ statusCode: 409 });
  const { UploadId } = await cos.multipartInit({ ...first });
  const { ETag } = await cos.multipartUpload({ ...HERE, Key: 'a.mp4', UploadId, PartNumber: 1, Body: 'x' });
  const complete = cos.multipartComplete({
    ...HERE,
    Key: 'a.mp4',
    UploadId,
    Parts: [{ PartNumber: 1, ETag }],
  });
  await expect(complete).rejects.toMatchObject({ statusCode: 409 });
  expect((await cos.getObject({ ...HERE, Key: 'a.mp4' })).Body.toString()).toBe('first');
});

it('the buckets are listed, each with objects of its own', async () => {
  const cloud = await runCloud({ otherBuckets: [{ bucket: 'other-1250000000', region: 'ap-shanghai' }] });
  onTestFinished(() => cloud.close());
  const cos = cloud.client();
  expect((await cos.getService({})).Buckets).toMatchObject([
    { Name: BUCKET, Location: REGION },
    { Name: 'other-1250000000', Location: 'ap-shanghai' },
  ]);
  const THERE = { Bucket: 'other-1250000000', Region: 'ap-shanghai' };
  await cos.putObject({ ...HERE, Key: 'a', Body: 'here' });
  await expect(cos.headObject({ ...THERE, Key: 'a' })).rejects.toMatchObject({ statusCode: 404 });
  await cos.putObjectCopy({ ...THERE, Key: 'a', CopySource: `${COS_HOST}/a` });
  await cos.putObject({ ...HERE, Key: 'a', Body: 'changed' });
  expect((await cos.getObject({ ...THERE, Key: 'a' })).Body.toString()).toBe('here');
  await expect(cos.headBucket({ Bucket: 'none-1250000000', Region: REGION })).rejects.toMatchObject({
    statusCode: 404,
  });
});
