import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { MIGRATIONS_FILE, migrationsText } from './migrations-beside.ts';
import { buildDocument } from './openapi/build-document.ts';
import { buildPage } from './web/build-page.ts';

/** The functions that tell of the API, and show it. */
const WITH_DOCUMENT: readonly string[] = ['api', 'describe'];

/** The functions that bring the store up to date when they find it old. */
const WITH_STORE: readonly string[] = [...WITH_DOCUMENT, 'callback', 'on-object', 'recheck', 'deliver'];

type Files = Readonly<Record<string, string>>;

/**
 * What lies beside the code of each of these functions, by function and file name.
 *
 * @throws Error when the API's document cannot be made
 */
export async function filesBeside(names: readonly string[]): Promise<Readonly<Record<string, Files>>> {
  const migrations = migrationsText();
  const isTold = names.some((name) => WITH_DOCUMENT.includes(name));
  const [document, page] = isTold ? await Promise.all([buildDocument(), buildPage()]) : [];
  const beside = (name: string): Files => ({
    ...(WITH_STORE.includes(name) ? { [MIGRATIONS_FILE]: migrations } : {}),
    ...(document && page && WITH_DOCUMENT.includes(name)
      ? { 'openapi.json': document.text, 'console.html': page.html }
      : {}),
  });
  return Object.fromEntries(names.map((name) => [name, beside(name)]));
}

/** Has a watcher build again when the sources of the document or of the page change: no function imports those. */
export function watchedDocument(functionsDir: string): Plugin {
  return {
    name: 'watched-document',
    setup({ onLoad }) {
      let watchFiles: readonly string[] = [];
      onLoad({ filter: /[/\\](?:api|describe)\.ts$/ }, async ({ path: file }) => {
        if (path.dirname(file) !== path.resolve(functionsDir)) return undefined;
        const contents = await readFile(file, 'utf8');
        // What is wrong with it is told when the files are written.
        const read = Promise.all([buildDocument(), buildPage()]);
        watchFiles = await read.then(
          (both) => both.flatMap(({ inputs }) => inputs),
          () => watchFiles,
        );
        return { contents, loader: 'ts', watchFiles: [...watchFiles] };
      });
    },
  };
}
