import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { squeezeSource } from './squeeze-source.ts';

const PACKAGE = /[/\\]node_modules[/\\]/;
const WITH_SQL = /\bsql[<`]/;

/** Comments and indentation of SQL stay in the sources: a minifier keeps every letter of a template. */
export const squeezedSql: Plugin = {
  name: 'squeezed-sql',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (PACKAGE.test(file)) return undefined;
      const source = await readFile(file, 'utf8');
      if (!WITH_SQL.test(source)) return undefined;
      return { contents: squeezeSource(file, source), loader: 'ts' };
    });
  },
};
