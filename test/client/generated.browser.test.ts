import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { buildDocument } from '../../deploy/build/openapi/build-document.ts';

// The generator's packages are its own: `npm --prefix client/generate ci` brings them.
const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const bin = (folder: string, name: string) => path.join(ROOT, folder, 'node_modules/.bin', name);

it.each(['schema.d.ts', 'operations.ts'])('client/%s is what the document gives', async (file) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'jobwatch-client-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const document = path.join(folder, 'openapi.json');
  await writeFile(document, (await buildDocument()).text);
  const made = path.join(folder, file);
  if (file === 'schema.d.ts')
    await run(bin('client/generate', 'openapi-typescript'), [document, '--output', made], { cwd: folder });
  else await run(process.execPath, [path.join(ROOT, 'client/generate/operations.mjs'), document, made]);
  expect(await readFile(path.join(ROOT, 'client', file), 'utf8')).toBe(await readFile(made, 'utf8'));
});

it.each([
  ['the repository’s', '.'],
  ['the generator’s', 'client/generate'],
])('the client compiles under %s TypeScript, without Node’s types', async (_, folder) => {
  const flags = [
    '--noEmit',
    '--strict',
    '--noUncheckedIndexedAccess',
    '--exactOptionalPropertyTypes',
    '--verbatimModuleSyntax',
    '--allowImportingTsExtensions',
    ...['--target', 'es2023', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom'],
  ];
  const above = await mkdtemp(path.join(tmpdir(), 'jobwatch-typed-'));
  onTestFinished(() => rm(above, { recursive: true, force: true }));
  for (const file of [
    'client/client.ts',
    'client/operations.ts',
    'client/schema.d.ts',
    'test/client/typed.ts',
  ])
    await cp(path.join(ROOT, file), path.join(above, file));
  await writeFile(path.join(above, 'package.json'), '{"type":"module"}');
  const compiled = run(bin(folder, 'tsc'), [...flags, 'test/client/typed.ts'], { cwd: above });
  expect((await compiled.catch((error: { stdout: string }) => error)).stdout).toBe('');
});
