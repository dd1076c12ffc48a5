import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { loadFunction } from '../worlds/load-function.ts';
import { startTestCloud } from '../worlds/test-cloud.ts';

const XML = { headers: { accept: 'application/xml' } };
const KEY = 'jw1.01234567-89ab-cdef-0123-456789abcdef.0';

/** `describe` before a Cloud Infinite that answers every question with this document. */
async function startAnswering(document: string) {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/xml' }).end(document);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const cloud = await startTestCloud();
  onTestFinished(() => cloud.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const endpoint = `http://127.0.0.1:${port}`;
  return await loadFunction('describe', { ...cloud.env, CI_ENDPOINT: endpoint, API_AUTH: 'none' });
}

const job = (id: string, more = '') =>
  `<JobsDetail>\n  <JobId>${id}</JobId><!-- 片 --><State>Success</State><New>\t<![CDATA[<b>]]></New>${more}</JobsDetail>`;
const answer = (...parts: string[]) =>
  `<?xml version='1.0'?>\n<Response >${parts.join('\r\n')}\n</Response>\n`;

it('XML is told byte by byte as it came, once it was read and checked', async () => {
  const document = answer(job('ja'), job('jb'), '<NonExistJobIds>jc</NonExistJobIds>');
  const ask = await startAnswering(document);
  const told = await ask('/jobs/ja,jb,jc', XML);
  expect(told.status).toBe(200);
  expect(told.body).toBe(document);
});

it('so is a page of a listing', async () => {
  const document = answer(job('ja'), '<NextToken>n</NextToken>');
  const ask = await startAnswering(document);
  expect((await ask('/jobs', { ...XML, query: { tag: 'Animation' } })).body).toBe(document);
});

it.each([
  ['in another order than was asked for', answer(job('jb'), job('ja'))],
  ['with what nobody asked for', answer(job('ja'), job('jb'), job('jc'))],
  [
    'with a key of ours',
    answer(job('ja', `<Operation><UserData>${KEY} mine</UserData></Operation>`), job('jb')),
  ],
  ['of another encoding than it is', answer(job('ja'), job('jb')).replace("'1.0'", "'1.0' encoding='GBK'")],
])('but not a document %s: what is wrong in it is put right', async (_, document) => {
  const ask = await startAnswering(document);
  const { status, body } = await ask('/jobs/ja,jb', XML);
  expect(status).toBe(200);
  expect(body).not.toBe(document);
  expect(body.indexOf('ja')).toBeLessThan(body.indexOf('jb'));
  expect(body).not.toContain('jc');
  expect(body).not.toContain(KEY);
  expect(body).not.toContain('GBK');
});

it('nor one that is not well-formed, or says less than was asked', async () => {
  for (const document of [answer(job('ja')).replace('</State>', ''), answer(job('jb'))]) {
    const ask = await startAnswering(document);
    expect((await ask('/jobs/ja', XML)).status).toBe(502);
  }
});
