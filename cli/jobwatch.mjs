#!/usr/bin/env node
// Builds the command line when it is not there yet, so that `npx jobwatch` works right after `npm ci`.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/cli/jobwatch.js', import.meta.url);
if (!existsSync(fileURLToPath(built))) {
  process.stderr.write('jobwatch: building the command line once\n');
  const { execFileSync } = await import('node:child_process');
  const root = fileURLToPath(new URL('..', import.meta.url));
  execFileSync(process.execPath, ['--import', 'tsx', 'deploy/build/cli/build-cli.ts'], { cwd: root, stdio: 'inherit' });
}
await import(built);
