import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readProblems } from './read-problems.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROBLEMS = path.join(ROOT, 'docs/problems.md');

export interface BuiltDocument {
  /** `openapi.json` */
  readonly text: string;
  /** the files that it was made of */
  readonly inputs: readonly string[];
}

/**
 * The API's document as the sources have it at this moment: they are bundled and run, since whoever builds on every
 * change has imported what they were when it started.
 *
 * @throws Error when the sources do not build, or say what has no words in OpenAPI
 */
export async function buildDocument(): Promise<BuiltDocument> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['deploy/build/openapi/api-document.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    metafile: true,
    logLevel: 'silent',
    write: false,
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  const code = Buffer.from(contents).toString('base64');
  const { apiDocument }: typeof import('./api-document.ts') = await import(
    `data:text/javascript;base64,${code}`
  );
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const inputs = Object.keys(metafile.inputs).map((file) => path.join(ROOT, file));
  return {
    text: JSON.stringify(apiDocument(version, readProblems(PROBLEMS))),
    inputs: [...inputs.filter((file) => !file.includes('node_modules')), PROBLEMS],
  };
}
