#!/usr/bin/env node
// Builds the command line when it is not there yet, or older than its sources: `npx jobwatch` works right after `npm ci`.
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = `${root}dist/cli/jobwatch.js`;
const writtenMs = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sourcesOf = (folder) =>
  writtenMs(`${root}${folder}`) === 0
    ? [] // a package that was installed is built
    : readdirSync(`${root}${folder}`, { recursive: folder !== 'client' }).map((name) => `${root}${folder}/${name}`);
const builtMs = writtenMs(built);
if (builtMs === 0 || ['cli', 'client', 'shared'].flatMap(sourcesOf).some((file) => writtenMs(file) > builtMs)) {
  process.stderr.write('jobwatch: building the command line once\n');
  const { execFileSync } = await import('node:child_process');
  const build = ['--import', 'tsx', 'deploy/build/cli/build-cli.ts'];
  execFileSync(process.execPath, build, { cwd: root, stdio: 'inherit' });
}
await import(built);
