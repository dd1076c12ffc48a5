import { promises } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { Instance } from '../../scf/create-instance.ts';
import { readHealth } from '../../watch/read-health.ts';
import { type Handler, handler } from '../handler.ts';
import { answer, type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import { prefersHtml } from '../prefers-html.ts';
import { getDocumentRoute, getHealthRoute, getIndexRoute, getProblemsRoute } from '../routes/about.ts';
import { readConsolePage } from './console-page.ts';
import { problemsPage } from './plain-page.ts';

const LINKS = {
  Document: '/openapi.json',
  Problems: '/problems',
  Health: '/healthz',
  Overview: '/overview',
  Watches: '/watches',
  Deliveries: '/deliveries',
};

const documentSchema = v.object({
  info: v.object({ version: v.string() }),
  'x-problems': v.array(
    v.object({ Code: v.string(), Status: v.number(), Meaning: v.string(), Remedy: v.string() }),
  ),
});

/** @param folder where openapi.json and console.html lie: the build puts them beside the function */
export function readAbout({ store, config }: Pick<Instance, 'store' | 'config'>, folder: string): Handler[] {
  let read: ReturnType<typeof readDocument> | undefined;
  let page: Promise<HttpAnswer> | undefined;
  /** Read by the first who asks: most instances never need it. */
  const document = () => {
    read ??= readDocument(path.join(folder, 'openapi.json'));
    return read;
  };
  return [
    handler(getIndexRoute, async ({ raw }) => {
      if (prefersHtml(raw)) {
        page ??= readConsolePage(path.join(folder, 'console.html'), config);
        return await page;
      }
      const { version } = (await document()).info;
      return jsonAnswer(200, { Name: 'jobwatch', Version: version, Links: LINKS });
    }),
    handler(getProblemsRoute, async ({ raw }) => {
      const Problems = (await document())['x-problems'];
      return prefersHtml(raw) ? html(problemsPage(Problems)) : jsonAnswer(200, { Problems });
    }),
    handler(getDocumentRoute, async () =>
      answer(200, (await document()).text, {
        'content-type': 'application/json',
        'cache-control': 'private, no-cache',
      }),
    ),
    handler(getHealthRoute, async () =>
      jsonAnswer(200, { status: 'ok', ...(store ? await store.transaction(readHealth) : {}) }),
    ),
  ];
}

async function readDocument(file: string) {
  const text = await promises.readFile(file, 'utf8');
  return { text, ...v.parse(documentSchema, JSON.parse(text)) };
}

function html(page: string): HttpAnswer {
  return answer(200, page, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'private, no-cache',
    vary: 'Accept',
  });
}
