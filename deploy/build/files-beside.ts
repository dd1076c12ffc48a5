import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { buildDocument } from './openapi/build-document.ts';

/** The functions that tell of the API. */
const WITH_DOCUMENT: readonly string[] = ['api', 'describe'];

type Files = Readonly<Record<string, string>>;

/**
 * What lies beside the code of each of these functions, by function and file name.
 *
 * @throws Error when the API's document cannot be made
 */
export async function filesBeside(names: readonly string[]): Promise<Readonly<Record<string, Files>>> {
  const telling = names.filter((name) => WITH_DOCUMENT.includes(name));
  if (telling.length === 0) return {};
  const { text } = await buildDocument();
  return Object.fromEntries(telling.map((name) => [name, { 'openapi.json': text }]));
}

/** Has a watcher build again when the document's sources change: no function imports what it says of answers. */
export function watchedDocument(functionsDir: string): Plugin {
  return {
    name: 'watched-document',
    setup({ onLoad }) {
      let watchFiles: readonly string[] = [];
      onLoad({ filter: /[/\\](?:api|describe)\.ts$/ }, async ({ path: file }) => {
        if (path.dirname(file) !== path.resolve(functionsDir)) return undefined;
        const contents = await readFile(file, 'utf8');
        // What is wrong with it is told when the files are written.
        ({ inputs: watchFiles } = await buildDocument().catch(() => ({ inputs: watchFiles })));
        return { contents, loader: 'ts', watchFiles: [...watchFiles] };
      });
    },
  };
}
