import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build, context, type Plugin } from 'esbuild';
import { filesBeside, watchedDocument } from './files-beside.ts';
import { leftOut } from './left-out.ts';
import { migrationsBeside } from './migrations-beside.ts';
import { refuseForeignInputs } from './refuse-foreign-inputs.ts';
import { replaceFile } from './replace-file.ts';
import { squeezedSql } from './sql/squeezed-sql.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FUNCTIONS = path.join(ROOT, 'functions');

export interface BundleOptions {
  /** The functions to bundle; the entry of each is `<functionsDir>/<name>.ts`. */
  names: readonly string[];
  /** Where `<name>/index.js` and its source map go. */
  outdir: string;
  /** Default: `functions/` of this repository. */
  functionsDir?: string;
  /** What the functions import as `jobwatch:rules`; checked already. */
  rules?: readonly unknown[];
}

/** `bytes` is the size of the code, without its source map. */
export interface Bundle {
  name: string;
  file: string;
  bytes: number;
}

/**
 * Writes one self-contained, minified CommonJS file per function, with a source map beside it, and a `package.json`
 * that tells Node so, since this repository is ESM. Files are replaced by renaming: a reader never sees half of one.
 *
 * @throws Error when the code does not build or reaches for what must never be deployed; then nothing is written
 */
export async function bundle(options: BundleOptions): Promise<Bundle[]> {
  return await writeBundles(await build(buildOptions(options)), options);
}

/**
 * The same code in memory, without source maps: what is deployed.
 *
 * @throws Error as `bundle`
 */
export async function bundleForDeployment(
  options: Omit<BundleOptions, 'outdir'>,
): Promise<Array<{ name: string; code: Uint8Array }>> {
  const outdir = path.join(ROOT, 'dist');
  const { metafile, outputFiles } = await build({
    ...buildOptions({ ...options, outdir }),
    sourcemap: false,
  });
  refuseForeignInputs(metafile, ROOT);
  const bundles = outputFiles.map(({ path: file, contents }) => ({
    name: path.basename(path.dirname(file)),
    code: contents,
  }));
  return bundles.sort((a, b) => options.names.indexOf(a.name) - options.names.indexOf(b.name));
}

/**
 * Bundles again on every change of a source file.
 *
 * @param onBuilt called after the first build and after each later one, with the bundles or with what was wrong
 * @returns a function that stops watching
 */
export async function watchBundles(
  options: BundleOptions,
  onBuilt: (result: Bundle[] | Error) => void,
): Promise<() => Promise<void>> {
  const reportBuilds: Plugin = {
    name: 'report-builds',
    setup({ onEnd }) {
      onEnd(async (result) => {
        const [error] = result.errors;
        if (error !== undefined) onBuilt(new Error(`${error.location?.file ?? 'build'}: ${error.text}`));
        else onBuilt(await writeBundles(result, options).catch((reason: Error) => reason));
      });
    },
  };
  const { plugins, ...build } = buildOptions(options);
  const document = watchedDocument(options.functionsDir ?? FUNCTIONS);
  const watcher = await context({ ...build, plugins: [document, ...plugins, reportBuilds] });
  await watcher.watch();
  return () => watcher.dispose();
}

function buildOptions({ names, outdir, functionsDir = FUNCTIONS, rules = [] }: BundleOptions) {
  return {
    absWorkingDir: ROOT,
    entryPoints: names.map((name) => ({
      in: path.join(functionsDir, `${name}.ts`),
      out: path.join(name, 'index'),
    })),
    outdir,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    // The map points into the sources; it need not carry them a second time.
    sourcesContent: false,
    plugins: [rulesModule(rules), migrationsBeside, squeezedSql, leftOut],
    metafile: true,
    logLevel: 'silent',
    write: false,
  } as const satisfies BuildOptions;
}

/** The rules travel inside the code: they do not fit into the 4 KB of a function's environment. */
function rulesModule(rules: readonly unknown[]): Plugin {
  return {
    name: 'rules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^jobwatch:rules$/ }, ({ path: name }) => ({ path: name, namespace: 'jobwatch' }));
      onLoad({ filter: /./, namespace: 'jobwatch' }, () => ({
        contents: JSON.stringify(rules),
        loader: 'json',
      }));
    },
  };
}

async function writeBundles(result: BuildResult, { names, outdir }: BundleOptions): Promise<Bundle[]> {
  const { metafile, outputFiles = [] } = result;
  if (metafile !== undefined) refuseForeignInputs(metafile, ROOT);
  const beside = await filesBeside(names);
  await mkdir(outdir, { recursive: true });
  await replaceFile(path.join(outdir, 'package.json'), '{"type":"commonjs"}\n');
  for (const { path: file, contents } of outputFiles) {
    await mkdir(path.dirname(file), { recursive: true });
    await replaceFile(file, contents);
  }
  for (const [name, files] of Object.entries(beside)) {
    for (const [file, text] of Object.entries(files)) await replaceFile(path.join(outdir, name, file), text);
  }
  return names.map((name) => {
    const file = path.resolve(ROOT, outdir, name, 'index.js');
    return {
      name,
      file,
      bytes: outputFiles.find((output) => output.path === file)?.contents.byteLength ?? 0,
    };
  });
}
