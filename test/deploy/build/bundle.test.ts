import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test as it, onTestFinished } from 'vitest';
import { bundle, watchBundles } from '../../../deploy/build/bundle.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function fixture(sources: Record<string, string>) {
  const root = await mkdtemp(path.join(tmpdir(), 'jobwatch-bundle-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const functionsDir = path.join(root, 'functions');
  await mkdir(functionsDir);
  const write = async (name: string, source: string) =>
    await writeFile(path.join(functionsDir, `${name}.ts`), source);
  for (const [name, source] of Object.entries(sources)) await write(name, source);
  return { names: Object.keys(sources), functionsDir, outdir: path.join(root, 'dist'), write };
}

it('a bundle runs where there is nothing but Node', async () => {
  const valibot = path.join(ROOT, 'node_modules/valibot/dist/index.mjs');
  const options = await fixture({
    checks: `
      import { createHash } from 'node:crypto';
      import * as v from ${JSON.stringify(valibot)};
      export const main_handler = async (event: unknown) => createHash('sha1').update(v.parse(v.string(), event)).digest('hex');
    `,
  });
  await bundle(options);
  const alone = await mkdtemp(path.join(tmpdir(), 'jobwatch-alone-'));
  onTestFinished(() => rm(alone, { recursive: true, force: true }));
  await cp(options.outdir, alone, { recursive: true });
  const call = `require('./checks/index.js').main_handler('abc').then(console.log)`;
  const { stdout } = await run(process.execPath, ['-e', call], { cwd: alone, env: {} });
  expect(stdout.trim()).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
});

it('every function gets its own minified file with a source map beside it, and one package.json says CommonJS', async () => {
  const options = await fixture({
    one: `export const main_handler = async () => {\n  const veryLongLocalName = Math.random();\n  return [veryLongLocalName, veryLongLocalName];\n};`,
    two: `export const main_handler = async () => 2;`,
  });
  const bundles = await bundle(options);
  expect((await readdir(options.outdir, { recursive: true })).sort()).toEqual([
    'one',
    'one/index.js',
    'one/index.js.map',
    'package.json',
    'two',
    'two/index.js',
    'two/index.js.map',
  ]);
  const code = await readFile(path.join(options.outdir, 'one/index.js'));
  expect(bundles[0]).toEqual({
    name: 'one',
    file: path.join(options.outdir, 'one/index.js'),
    bytes: code.byteLength,
  });
  expect(code.toString()).not.toContain('veryLongLocalName');
  expect(JSON.parse(await readFile(path.join(options.outdir, 'package.json'), 'utf8'))).toEqual({
    type: 'commonjs',
  });
});

it.each(['local/settings.ts', 'service/platform-limits.ts', 'test/worlds/process-state.ts'])(
  'a function that reaches for %s does not build, and nothing is written',
  async (file) => {
    const source = `import * as foreign from ${JSON.stringify(path.join(ROOT, file))}; export const main_handler = () => foreign;`;
    const options = await fixture({ reaching: source });
    await expect(bundle(options)).rejects.toThrow(file);
    await expect(readdir(options.outdir)).rejects.toThrow('ENOENT');
  },
);

it('a function with a mistake does not build and the message says where', async () => {
  const options = await fixture({ broken: 'export const main_handler = (' });
  await expect(bundle(options)).rejects.toThrow(/broken\.ts:1/);
});

it('a change of a source file is built again, and a mistake in it is told', async () => {
  const options = await fixture({ live: `export const main_handler = async () => 'first';` });
  const builds: Array<(result: unknown) => void> = [];
  const seen: unknown[] = [];
  const nextBuild = () => {
    const result = seen.shift();
    return result === undefined ? new Promise((resolve) => builds.push(resolve)) : Promise.resolve(result);
  };
  const stop = await watchBundles(options, (result) => {
    const waiting = builds.shift();
    if (waiting === undefined) seen.push(result);
    else waiting(result);
  });
  onTestFinished(stop);
  expect(await nextBuild()).toMatchObject([{ name: 'live' }]);
  await options.write('live', `export const main_handler = async () => 'second';`);
  expect(await nextBuild()).toMatchObject([{ name: 'live' }]);
  expect(await readFile(path.join(options.outdir, 'live/index.js'), 'utf8')).toContain('second');
  await options.write('live', 'export const main_handler = (');
  expect(await nextBuild()).toBeInstanceOf(Error);
});
