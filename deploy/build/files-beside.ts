import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { MIGRATIONS_FILE, migrationsText } from './migrations-beside.ts';
import { buildDocument } from './openapi/build-document.ts';

/** The functions that tell of the API. */
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
  const document = names.some((name) => WITH_DOCUMENT.includes(name)) ? await buildDocument() : undefined;
  const beside = (name: string): Files => ({
    ...(WITH_STORE.includes(name) ? { [MIGRATIONS_FILE]: migrations } : {}),
    ...(document !== undefined && WITH_DOCUMENT.includes(name) ? { 'openapi.json': document.text } : {}),
  });
  return Object.fromEntries(names.map((name) => [name, beside(name)]));
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
