#!/usr/bin/env node
// Builds the command line when it is not there yet, or older than its sources: `npx jobwatch` works right after `npm ci`.
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = `${root}dist/cli/jobwatch.js`;
const builder = 'deploy/build/cli/build-cli.ts';
const writtenMs = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sourcesOf = (folder) =>
  readdirSync(`${root}${folder}`, { recursive: folder !== 'client' }).map((name) => `${root}${folder}/${name}`);
const isOld = () => ['cli', 'client', 'shared'].flatMap(sourcesOf).some((file) => writtenMs(file) > writtenMs(built));
// A package that was installed is built, and has nothing to build it from.
if (writtenMs(`${root}${builder}`) > 0 && isOld()) {
  process.stderr.write('jobwatch: building the command line once\n');
  const { execFileSync } = await import('node:child_process');
  execFileSync(process.execPath, ['--import', 'tsx', builder], { cwd: root, stdio: 'inherit' });
}
await import(built);
