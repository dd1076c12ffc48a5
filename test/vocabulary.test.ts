import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** One word, one meaning: whoever meets a name looks it up once. */
const exported = ['shared', 'service', 'deploy'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name))
    .flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(
          /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm,
        ),
      ].map(([, name = '']) => ({ name, file })),
    ),
);

it('the exports are found', () => {
  expect(exported.length).toBeGreaterThan(500);
});

it('no exported name has two homes', () => {
  const homes = (name: string) => exported.filter((other) => other.name === name).map(({ file }) => file);
  expect(exported.filter(({ name }) => homes(name).length > 1)).toEqual([]);
});
