import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeProgram } from '../../cli/program.ts';
import { readService } from '../../service/read-service.ts';

const commandLine = readFileSync('docs/cli.md', 'utf8');
const configuration = readFileSync('docs/configuration.md', 'utf8');
// `complete` is asked by the shell.
const { commands } = makeProgram('0', async () => undefined);
const verbs = commands.filter((verb) => verb.name() !== 'complete');

it.each(verbs.map((verb) => ({ verb, name: verb.name() })))(
  'docs/cli.md has the verb $name with its flags',
  ({ verb, name }) => {
    expect(commandLine).toMatch(new RegExp(`\\b${name}\\b`));
    const flags = verb.options.flatMap(({ long }) => long ?? []);
    expect(flags.filter((flag) => !commandLine.includes(flag))).toEqual([]);
  },
);

it('docs/configuration.md has every variable that a function of serverless.yml is given', () => {
  const text = readFileSync('serverless.yml', 'utf8').replace(/^#.*$/gm, '');
  const names = [...text.matchAll(/\$\{env:(\w+)/g)].map(([, name = '']) => name);
  expect(readService('serverless.yml', {}).functions.length).toBeGreaterThan(5);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !configuration.includes(`\`${name}\``))).toEqual([]);
});

it('docs/configuration.md has every variable that the code reads, and no other in its tables', () => {
  const read = new Set(
    ['shared', 'functions', 'local', 'deploy', 'service', 'emulators', 'cli'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) =>
          [...readFileSync(path.join(folder, name), 'utf8').matchAll(/'([A-Z]{2,}(?:_[A-Z]+)*)'/g)].map(
            ([, variable = '']) => variable,
          ),
        ),
    ),
  );
  const rows = configuration.split('\n').filter((line) => line.startsWith('| `'));
  const told = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name),
  );
  expect(told.length).toBeGreaterThan(30);
  const yaml = readFileSync('serverless.yml', 'utf8');
  const isRead = (name: string) => read.has(name) || yaml.includes(`env:${name}`);
  expect(told.filter((name) => !isRead(name))).toEqual([]);
});
