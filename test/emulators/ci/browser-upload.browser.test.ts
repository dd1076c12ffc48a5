import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startBrowserPage } from '../../worlds/browser-page.ts';
import { makeClip } from '../../worlds/clips.ts';
import { BUCKET, CI_HOST, REGION, runCloud, SECRETS } from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';
import { animationXml } from './animation-job.ts';

const SDK = createRequire(import.meta.url).resolve('cos-js-sdk-v5/dist/cos-js-sdk-v5.min.js');

/** A page of some project on this machine that has the official client for browsers, and a clip. */
async function servePage(clip: Buffer): Promise<string> {
  const sdk = await readFile(SDK);
  const page =
    '<!doctype html><meta charset="utf-8"><title>uploads</title><script src="/sdk.js"></script><img id="gif">';
  const server = createServer(({ url }, response) => {
    if (url === '/sdk.js')
      return response.setHeader('content-type', 'text/javascript; charset=utf-8').end(sdk);
    if (url === '/clip.mp4') return response.setHeader('content-type', 'video/mp4').end(clip);
    return response.setHeader('content-type', 'text/html').end(page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}

it('a page with the official client uploads a clip, in one piece and in parts, and shows its GIF', async () => {
  const cloud = await runCloud();
  onTestFinished(() => cloud.close());
  const clip = await makeClip();
  const page = await startBrowserPage();
  await page.open(await servePage(clip));
  const Domain = `127.0.0.1:${cloud.cloud.port}`;
  await page.evaluate(
    `globalThis.cos = new COS(${JSON.stringify({ ...SECRETS, Protocol: 'http:', Domain })}); 0`,
  );
  const here = JSON.stringify({ Bucket: BUCKET, Region: REGION });
  const uploaded = await page.evaluate(`(async () => {
    const clip = await (await fetch('/clip.mp4')).blob();
    await cos.putObject({ ...${here}, Key: 'clips/whole 1+1 片.mp4', Body: clip });
    const big = new Blob([new Uint8Array(3 * 1024 * 1024)]);
    const sent = await cos.uploadFile({ ...${here}, Key: 'clips/parts.bin', Body: big, SliceSize: 1024 * 1024 });
    return sent.ETag;
  })()`);
  expect(uploaded).toMatch(/^"[0-9a-f]{32}-3"$/);
  const made = await cloud.call({
    method: 'POST',
    url: '/jobs',
    host: CI_HOST,
    body: animationXml({ input: 'clips/whole 1+1 片.mp4', output: 'gifs/whole.gif' }),
  });
  expect(made.status).toBe(200);
  const url = await page.evaluate(
    `new Promise((done) => cos.getObjectUrl({ ...${here}, Key: 'gifs/whole.gif', Sign: true }, (_, { Url }) => done(Url)))`,
  );
  await until(async () => expect((await fetch(String(url))).status).toBe(200));
  const width = await page.evaluate(`new Promise((done, failed) => {
    const image = document.getElementById('gif');
    image.onload = () => done(image.naturalWidth);
    image.onerror = () => failed(new Error('no picture'));
    image.src = ${JSON.stringify(url)};
  })`);
  expect(width).toBeGreaterThan(100);
});
