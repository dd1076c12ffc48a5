import type COS from 'cos-nodejs-sdk-v5';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import { BUCKET, CI_HOST, REGION, runCloud, type TestCloud } from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';
import { animationXml } from './animation-job.ts';

const HERE = { Bucket: BUCKET, Region: REGION };
let running: TestCloud;
let cos: COS;
let clip: Buffer;

beforeAll(async () => {
  [running, clip] = await Promise.all([runCloud(), makeClip()]);
  cos = running.client();
});
afterAll(() => running.close());

/** A CI call the way the official client's users make one. */
async function ci(client: COS, method: COS.Method, path: string, rest: Partial<COS.RequestParams> = {}) {
  return await client.request({
    ...HERE,
    Method: method,
    Url: `http://${CI_HOST}/${path}`,
    Key: path,
    ...rest,
  });
}

describe('the official Node client', () => {
  it('puts a clip, makes its GIF a job, follows it to Success and gets a real GIF', async () => {
    const put = await cos.putObject({ ...HERE, Key: 'clips/a.mp4', Body: clip });
    expect(put.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    const made = await ci(cos, 'POST', 'jobs', {
      Body: animationXml({ video: '<Width>160</Width><Fps>5</Fps>' }),
      Headers: { 'Content-Type': 'application/xml' },
    });
    const { JobId, State } = made.Response.JobsDetail;
    expect(State).toBe('Submitted');
    let job = made.Response.JobsDetail;
    await until(async () => {
      job = (await ci(cos, 'GET', `jobs/${JobId}`)).Response.JobsDetail;
      expect(['Submitted', 'Running']).not.toContain(job.State);
    });
    expect(job).toMatchObject({
      State: 'Success',
      Progress: '100',
      Operation: { MediaInfo: expect.anything() },
    });
    const { ObjectPrefix, ObjectName, Md5Info } = job.Operation.MediaResult.OutputFile;
    const got = await cos.getObject({ ...HERE, Key: ObjectPrefix + ObjectName });
    expect(got.ETag).toBe(`"${Md5Info.Md5}"`);
    expect(await sharp(got.Body).metadata()).toMatchObject({
      format: 'gif',
      width: 160,
      height: 120,
      pages: 15,
    });
  });

  it('lists and cancels', async () => {
    await running.control('PUT', '/progress', { mode: 'time', queuedMs: 60_000, runningMs: 60_000 });
    const made = await ci(cos, 'POST', 'jobs', { Body: animationXml() });
    const { JobId } = made.Response.JobsDetail;
    const Query = { tag: 'Animation', states: 'Submitted,Running', nextToken: '' };
    const listed = await ci(cos, 'GET', 'jobs', { Query });
    expect(listed.Response.JobsDetail).toMatchObject({ JobId, State: 'Submitted', EndTime: '-' });
    expect((await ci(cos, 'PUT', `jobs/${JobId}`, { Query: { cancel: '' } })).statusCode).toBe(200);
    expect((await ci(cos, 'GET', `jobs/${JobId}`)).Response.JobsDetail.State).toBe('Cancel');
    await running.control('DELETE', '');
  });

  it('is refused with a wrong key', async () => {
    const stranger = running.client({ SecretId: 'test-id', SecretKey: 'wrong' });
    await expect(cos.headBucket(HERE)).resolves.toMatchObject({ statusCode: 200 });
    await expect(stranger.putObject({ ...HERE, Key: 'x', Body: 'x' })).rejects.toMatchObject({
      statusCode: 403,
      code: 'SignatureDoesNotMatch',
    });
    await expect(ci(stranger, 'GET', 'queue')).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    await expect(cos.headObject({ ...HERE, Key: 'x' })).rejects.toMatchObject({ statusCode: 404 });
  });

  it('gets an object by a presigned URL, until somebody changes it', async () => {
    await cos.putObject({ ...HERE, Key: 'clips/a b+c.txt', Body: 'hello' });
    const url = new URL(cos.getObjectUrl({ ...HERE, Key: 'clips/a b+c.txt', Sign: true }, () => undefined));
    const call = { url: url.pathname + url.search, host: url.host, authorization: '' };
    expect((await running.call(call)).text).toBe('hello');
    expect((await running.call({ ...call, url: call.url.replace('a%20b', 'a%20c') })).status).toBe(403);
  });

  it('uses temporary credentials', async () => {
    const temporary = await runCloud({ sessionToken: 'a/token+==' });
    const secrets = { SecretId: 'test-id', SecretKey: 'test-key' };
    const client = temporary.client({ ...secrets, SecurityToken: 'a/token+==' });
    await client.putObject({ ...HERE, Key: 'x', Body: 'x' });
    expect((await ci(client, 'GET', 'queue')).Response.TotalCount).toBe('1');
    await expect(temporary.client(secrets).headBucket(HERE)).rejects.toMatchObject({ statusCode: 403 });
    await temporary.close();
  });

  it('copies, lists and deletes objects', async () => {
    await cos.putObject({ ...HERE, Key: 'copies/one & only.txt', Body: 'one', ContentType: 'text/plain' });
    const source = `${BUCKET}.cos.${REGION}.myqcloud.com/copies/one%20%26%20only.txt`;
    await cos.putObjectCopy({ ...HERE, Key: 'copies/two.txt', CopySource: source });
    const { Contents, CommonPrefixes } = await cos.getBucket({ ...HERE, Prefix: 'copies/', Delimiter: '/' });
    expect(Contents.map((one) => one.Key)).toEqual(['copies/one & only.txt', 'copies/two.txt']);
    expect(CommonPrefixes).toEqual([]);
    await cos.deleteObject({ ...HERE, Key: 'copies/two.txt' });
    await expect(cos.headObject({ ...HERE, Key: 'copies/two.txt' })).rejects.toMatchObject({
      statusCode: 404,
    });
  });
});
