import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, it, onTestFinished } from 'vitest';
import { bundle } from '../../../deploy/build/bundle.ts';
import { LEFT_OUT } from '../../../deploy/build/left-out.ts';
import { squeezeSource } from '../../../deploy/build/sql/squeeze-source.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A function that answers with its statements, and with the stack of an error from each line that says `here`. */
const SOURCE = `
const sql = (strings: TemplateStringsArray, ...values: unknown[]) => [strings.join('?'), ...values];
const here = () => new Error('here').stack?.split('\\n')[2]?.trim();
const alone = sql\`
  select a,
    b -- why
  from t\`; const after = here();
const filled = sql<{ a: 1 }>\`
  select a
  from t
  where x = \${here()}
    -- why
    and y = \${sql\`
      (select 1)\`.length}
  order by a
\`;
export const main_handler = () => [alone, after, filled, here()];
`;

it('a statement loses its indentation, and everything else keeps its line', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'jobwatch-squeezed-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(path.join(root, 'functions'));
  await writeFile(path.join(root, 'functions/one.ts'), SOURCE);
  await bundle({
    names: ['one'],
    functionsDir: path.join(root, 'functions'),
    outdir: path.join(root, 'dist'),
  });
  const call = `console.log(JSON.stringify(require('./dist/one/index.js').main_handler()))`;
  const args = ['--enable-source-maps', '-e', call];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env: {} });
  const [alone, after, filled, end] = JSON.parse(stdout);
  expect(alone).toEqual([' select a,b from t']);
  expect(after).toContain('one.ts:7:');
  expect(filled).toEqual([
    ' select a from t where x = ? and y = ? order by a ',
    expect.stringContaining('one.ts:11:'),
    1,
  ]);
  expect(end).toContain('one.ts:17:');
});

it('a source with no statement in it stays as it is, and one that is no source is told by its name', () => {
  const source = 'export const text = `\n  a  `;\n';
  expect(squeezeSource('a.ts', source)).toBe(source);
  expect(() => squeezeSource('a.ts', 'const =')).toThrow('a.ts: ');
});

it('no function carries indented SQL or the parts of libraries that nobody reaches', async () => {
  for (const name of await readdir(inject('bundles'))) {
    const file = path.join(inject('bundles'), name, 'index.js');
    if (!existsSync(file)) continue;
    const code = await readFile(file, 'utf8');
    // What postgres.js asks for itself names the catalog.
    const indented = [...code.matchAll(/`\s*\n\s+(?:select|insert|update|delete|with)\s[^`]*`/g)].map(String);
    expect(indented.filter((text) => !text.includes('pg_catalog.'))).toEqual([]);
    expect(code).not.toMatch(/create_replication_slot|lo_lseek64|readEntityExp/i);
  }
});

it('what is left out is still where it was when it was found to be reached by nobody', () => {
  const files = Object.keys(LEFT_OUT).map((file) => path.join(ROOT, 'node_modules', file));
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});
