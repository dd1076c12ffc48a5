import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const WEB = path.join(ROOT, 'web');

export interface BuiltPage {
  /** `console.html`: one file, that asks no other host for anything of its own */
  readonly html: string;
  /** the sources, for who watches them; absolute */
  readonly inputs: readonly string[];
}

/**
 * The console: web/index.html with its style and its script in it.
 *
 * @throws Error when the code does not build
 */
export async function buildPage(): Promise<BuiltPage> {
  const template = path.join(WEB, 'index.html');
  const styleFile = path.join(WEB, 'style.css');
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join(WEB, 'main.tsx')],
    bundle: true,
    minify: true,
    format: 'iife',
    // Written out, Chinese takes twice as many bytes.
    charset: 'utf8',
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    logLevel: 'silent',
    write: false,
  });
  const { code: style } = await transform(await readFile(styleFile, 'utf8'), { loader: 'css', minify: true });
  const script = outputFiles[0]?.text ?? '';
  const html = (await readFile(template, 'utf8'))
    // By functions: what a replacement text says of `$` is none of ours.
    .replace('<style></style>', () => `<style>${style.trim()}</style>`)
    .replace('<script></script>', () => `<script>${script.trim()}</script>`);
  const inputs = Object.keys(metafile.inputs).map((file) => path.resolve(ROOT, file));
  return { html, inputs: [...inputs, template, styleFile] };
}
