import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test as it, onTestFinished } from 'vitest';
import { checkSize } from '../../../deploy/build/check-size.ts';
import { packageFunctions } from '../../../deploy/build/package-functions.ts';
import { zipCode } from '../../../deploy/build/zip-code.ts';
import { readService } from '../../../service/read-service.ts';
import { SCHEMA_VERSION } from '../../../shared/store/schema/migrations.ts';
import { copyTree } from '../../worlds/osls-run.ts';
import { unzip } from '../../worlds/unzip.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const service = readService(path.join(ROOT, 'serverless.yml'), {});

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'jobwatch-package-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function fixture(source: string) {
  const functionsDir = path.join(await folder(), 'functions');
  await mkdir(functionsDir);
  const file = path.join(functionsDir, 'one.ts');
  await writeFile(file, source);
  const outdir = path.join(functionsDir, '../out');
  const make = (rules: typeof service.rules = []) =>
    packageFunctions({ functions: [{ name: 'one' }], rules }, { functionsDir, outdir });
  return { file, outdir, make };
}

it('every function becomes a zip with index.js at its root, beside it the document where it is told, and nothing else is written', async () => {
  const outdir = await folder();
  const packages = await packageFunctions(service, { outdir });
  const names = service.functions.map(({ name }) => name);
  expect(packages.map(({ name }) => name)).toEqual(names);
  expect((await readdir(outdir)).sort()).toEqual(names.map((name) => `${name}.zip`).sort());
  for (const { name, file, zip, bytes, codeBytes } of packages) {
    expect(Buffer.from(zip)).toEqual(await readFile(file));
    expect(bytes).toBe(zip.byteLength);
    const entries = await unzip(zip);
    const [entry, migrations, document] = entries;
    const isTelling = ['api', 'describe'].includes(name);
    expect(entries.map((file) => file.name)).toEqual([
      'index.js',
      'migrations.json',
      ...(isTelling ? ['openapi.json', 'console.html'] : []),
    ]);
    for (const file of entries) expect(file).toMatchObject({ mode: 0o100644, date: '1980-01-01 12:00' });
    expect(JSON.parse(String(migrations?.contents))).toHaveLength(SCHEMA_VERSION);
    if (isTelling) expect(JSON.parse(String(document?.contents))).toMatchObject({ openapi: '3.1.0' });
    expect(entry?.contents.byteLength).toBe(codeBytes);
    expect(entry?.contents.toString()).not.toContain('sourceMappingURL');
  }
});

it('the code of describe is under 185 KB, and its zip under 90 KB, the page apart', async () => {
  const only = { ...service, functions: [{ name: 'describe' }] };
  const [describe] = await packageFunctions(only, { outdir: await folder() });
  expect(describe?.codeBytes).toBeLessThan(185_000);
  const [code, ...beside] = (await unzip(describe?.zip ?? new Uint8Array())).filter(
    ({ name }) => name !== 'console.html',
  );
  const withoutPage = Object.fromEntries(beside.map(({ name, contents }) => [name, contents.toString()]));
  expect(zipCode(code?.contents ?? new Uint8Array(), withoutPage).byteLength).toBeLessThan(90_000);
});

it('the code of a zip runs where there is nothing but Node', async () => {
  const { make } = await fixture(`export const main_handler = async (event: { n: number }) => event.n * 2;`);
  const [{ zip } = { zip: new Uint8Array() }] = await make();
  const [entry] = await unzip(zip);
  const alone = await folder();
  await writeFile(path.join(alone, 'index.js'), entry?.contents ?? '');
  const call = `require('./index.js').main_handler({ n: 21 }).then(console.log)`;
  const { stdout } = await run(process.execPath, ['-e', call], { cwd: alone, env: {} });
  expect(stdout.trim()).toBe('42');
});

it('the same source gives the same bytes, whenever its files were written', async () => {
  const { file, make } = await fixture(`export const main_handler = async () => 'same';`);
  const [first] = await make();
  await utimes(file, new Date('2001-02-03'), new Date('2004-05-06'));
  const [second] = await make();
  expect(second?.sha256).toBe(first?.sha256);
  await writeFile(file, `export const main_handler = async () => 'other';`);
  const [third] = await make();
  expect(third?.sha256).not.toBe(first?.sha256);
});

/** The hashes of what a tree makes of its own serverless.yml, with its own code. */
async function hashesOf(tree: string): Promise<string[]> {
  const script = `
    import { packageFunctions } from './deploy/build/package-functions.ts';
    import { readService } from './service/read-service.ts';
    const made = await packageFunctions(readService('serverless.yml', {}), { outdir: '.serverless' });
    console.log(JSON.stringify(made.map(({ name, sha256 }) => name + ' ' + sha256)));`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  return JSON.parse((await run(process.execPath, args, { cwd: tree })).stdout);
}

it('two copies of the sources, wherever they lie, give the same bytes for every function', async () => {
  const trees = await Promise.all([copyTree(), copyTree()]);
  onTestFinished(async () => void (await Promise.all(trees.map((tree) => tree.remove()))));
  const [one, other] = await Promise.all(trees.map(({ dir }) => hashesOf(dir)));
  expect(one).toHaveLength(service.functions.length);
  expect(other).toEqual(one);
});

it('rules travel inside the code', async () => {
  const { make } = await fixture(
    `import rules from 'jobwatch:rules'; export const main_handler = () => rules;`,
  );
  const [{ zip } = { zip: new Uint8Array() }] = await make(service.rules);
  const [entry] = await unzip(zip);
  expect(entry?.contents.toString()).toContain('clips-to-gif');
});

it('nothing is written when the code does not build', async () => {
  const { outdir, make } = await fixture('export const main_handler = (');
  await expect(make()).rejects.toThrow(/one\.ts:1/);
  await expect(readdir(outdir)).rejects.toThrow('ENOENT');
});

it.each([
  [{ bytes: 7_000_000, codeBytes: 500 * 1024 * 1024 }, undefined],
  [{ bytes: 7_000_001, codeBytes: 1 }, /describe: expected a zip of at most 7000000 bytes, got 7000001/],
  [
    { bytes: 1, codeBytes: 500 * 1024 * 1024 + 1 },
    /describe: expected code of at most 524288000 bytes, got 524288001/,
  ],
])('a package of %j is taken or refused as the platform would', (sizes, refusal) => {
  const check = () => checkSize({ name: 'describe', ...sizes });
  if (refusal === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(refusal);
});
