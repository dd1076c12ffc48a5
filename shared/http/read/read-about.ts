import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { Instance } from '../../scf/create-instance.ts';
import { readHealth } from '../../watch/read-health.ts';
import { type Handler, handler } from '../handler.ts';
import { answer, type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import { prefersHtml } from '../prefers-html.ts';
import { getDocumentRoute, getHealthRoute, getIndexRoute, getProblemsRoute } from '../routes/about.ts';
import { indexPage, problemsPage } from './plain-page.ts';

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

/** @param folder where openapi.json lies: the build puts it beside the function */
export function readAbout({ store }: Pick<Instance, 'store'>, folder: string): Handler[] {
  let read: ReturnType<typeof readDocument> | undefined;
  /** Read by the first who asks: most instances never need it. */
  const document = () => {
    read ??= readDocument(path.join(folder, 'openapi.json'));
    return read;
  };
  return [
    handler(getIndexRoute, async ({ raw }) => {
      const { version } = (await document()).info;
      return prefersHtml(raw)
        ? html(indexPage(version, LINKS))
        : jsonAnswer(200, { Name: 'jobwatch', Version: version, Links: LINKS });
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
  const text = await readFile(file, 'utf8');
  return { text, ...v.parse(documentSchema, JSON.parse(text)) };
}

function html(page: string): HttpAnswer {
  return answer(200, page, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'private, no-cache',
    vary: 'Accept',
  });
}
