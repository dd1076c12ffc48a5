import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startBrowserPage } from '../../worlds/browser-page.ts';
import { COS_HOST, errorCode, runCloud } from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';

it('the page shows buckets, jobs and requests without their signatures, and sets faults by hand', async () => {
  const cloud = await runCloud();
  onTestFinished(() => cloud.close());
  const key = '/clips/%3Cimg%20src=x%20onerror=alert(1)%3E.mp4';
  await cloud.call({ method: 'PUT', url: key, host: COS_HOST, body: 'x' });
  await cloud.control('POST', '/jobs', { count: 3, state: 'Running', input: '<b>bold</b>' });
  const page = await startBrowserPage();
  await page.open(`${cloud.cloud.url}/_control`);
  const text = async () => String(await page.evaluate('document.body.innerText'));
  await until(async () => expect(await text()).toMatch(/media-1250000000\s+ap-guangzhou\s+1\s+3/));
  const shown = await text();
  expect(shown).toContain('PutObject');
  expect(shown).toContain('<b>bold</b>');
  expect(shown).not.toMatch(/q-sign|test-id/);
  await page.evaluate(`(() => {
    document.getElementById('text').value = '[{"match":"PutObject","code":"SlowDown"}]';
    document.querySelector('form button').click();
  })()`);
  await until(async () => expect(await page.evaluate("document.getElementById('told').value")).toBe('1 set'));
  const refused = await cloud.call({ method: 'PUT', url: '/b', host: COS_HOST, body: 'x' });
  expect(errorCode(refused)).toBe('429 SlowDown');
});

it('a page from elsewhere on this machine neither reads nor sets anything', async () => {
  const cloud = await runCloud();
  onTestFinished(() => cloud.close());
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<p>x'),
  ).listen(0);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const page = await startBrowserPage();
  await page.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const { url } = cloud.cloud;
  const asked = await page.evaluate(`(async () => {
    const status = (init) => fetch('${url}/_control/jobs', init).then((answer) => answer.status, (error) => error.name);
    await fetch('${url}/_control', { method: 'DELETE', mode: 'no-cors' }).catch(() => 0);
    await fetch('${url}/_control/jobs', { method: 'POST', mode: 'no-cors', body: '{"count":1}' }).catch(() => 0);
    return [await status({}), await status({ method: 'POST', body: '{"count":1}' })];
  })()`);
  expect(asked).toEqual(['TypeError', 'TypeError']);
  expect(JSON.parse((await cloud.control('GET', '/jobs')).text)).toEqual({ jobs: [] });
});
