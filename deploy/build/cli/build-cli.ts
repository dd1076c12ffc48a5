import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** `dist/cli/jobwatch.js`: the command line with all that it needs, in one file. */
await build({
  absWorkingDir: ROOT,
  entryPoints: ['cli/main.ts'],
  outfile: 'dist/cli/jobwatch.js',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  define: { JOBWATCH_VERSION: JSON.stringify(version) },
  logLevel: 'error',
});
