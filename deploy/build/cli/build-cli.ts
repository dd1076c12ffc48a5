import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'error',
} as const;
/** What is written for CommonJS asks for its packages so. */
const REQUIRE = `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);`;

/** `dist/cli/`: the command line with all that it needs in one file, and beside it the programs that two verbs start. */
await build({
  ...COMMON,
  entryPoints: ['cli/main.ts'],
  outfile: 'dist/cli/jobwatch.js',
  format: 'cjs',
  define: { JOBWATCH_VERSION: JSON.stringify(version) },
});
// The project is of ECMAScript modules; packages that the command line holds are not.
writeFileSync(path.join(ROOT, 'dist/cli/package.json'), '{ "type": "commonjs" }\n');
await build({
  ...COMMON,
  entryPoints: { emulator: 'emulators/ci/run.ts', doctor: 'deploy/doctor/doctor.ts' },
  outdir: 'dist/cli',
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  banner: { js: REQUIRE },
  // of the machine's own kind: it lies beside, or it does not
  external: ['sharp'],
});
/** `dist/client/`: the client of the API for other people's programs, in Node and in browsers. */
await build({
  absWorkingDir: ROOT,
  entryPoints: ['client/client.ts'],
  outfile: 'dist/client/client.js',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'error',
});
execFileSync(process.execPath, ['node_modules/typescript/lib/tsc.js', '-p', 'client/tsconfig.json'], {
  cwd: ROOT,
  stdio: 'inherit',
});
// What is declared already is not declared anew, and keeps the name that it is asked for by.
copyFileSync(path.join(ROOT, 'client/schema.d.ts'), path.join(ROOT, 'dist/client/schema.d.ts'));
const types = path.join(ROOT, 'dist/client/client.d.ts');
writeFileSync(types, readFileSync(types, 'utf8').replace("'./operations.ts'", "'./operations.js'"));
