import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const CONSTANT = /^(?:export )?const ([A-Z][A-Z0-9_]*) = ([\d_.]+(?: \* [\d_.]+)*);/gm;
const ROW = /^\| ([A-Z][A-Z0-9_]*) \| ([\d.]+) \| (\S+) \|/gm;

const FOLDERS = ['shared', 'service', 'deploy/cloud', 'deploy/osls', 'deploy/doctor'];

const inCode = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.posix.join(folder, name)),
)
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(CONSTANT)].map(([, name, product = '']) => [
      `${file} ${name}`,
      product.split(' * ').reduce((value, factor) => value * Number(factor.replaceAll('_', '')), 1),
    ]),
  );

const inDocument = [...readFileSync('docs/limits.md', 'utf8').matchAll(ROW)].map(([, name, value, file]) => [
  `${file} ${name}`,
  Number(value),
]);

it('every number that users meet stands in docs/limits.md as it stands in the code', () => {
  expect(inCode.length).toBeGreaterThan(30);
  expect(Object.fromEntries(inDocument)).toEqual(Object.fromEntries(inCode));
});
