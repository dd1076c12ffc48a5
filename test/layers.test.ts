import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which part of the house may use which. What is not listed may use nothing but packages and itself. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  'shared/ci': [],
  'shared/watch': ['shared/ci', 'shared'],
  'shared/automation': ['shared/watch', 'shared/ci', 'shared'],
  'shared/notify': ['shared/watch', 'shared/ci', 'shared'],
  'shared/scf': ['shared/watch', 'shared/ci', 'shared'],
  // config, log, clock, credentials: plain values that serve all but shared/ci, and may name its types.
  shared: ['shared/ci'],
  functions: ['shared/automation', 'shared/notify', 'shared/watch', 'shared/ci', 'shared/scf', 'shared'],
  // Rules and environments are checked before they are deployed by what reads them afterwards.
  deploy: ['shared/automation', 'shared/ci', 'shared'],
  // Looks at everything that is there, and is used by nobody.
  'deploy/doctor': [
    'deploy',
    'deploy/osls',
    'shared/automation',
    'shared/notify',
    'shared/watch',
    'shared/ci',
    'shared',
  ],
  // The judge must not share the defendant's code.
  'local/ci': [],
  'local/receiver': [],
  'local/runtime': ['deploy'],
  // The commands of osls: one runs a function on this machine, some read settings as the functions do.
  'deploy/osls': ['deploy', 'local/runtime', 'shared/notify', 'shared/ci', 'shared'],
  local: ['local/ci', 'local/receiver', 'local/runtime', 'deploy', 'deploy/osls'],
};

const PARTS = Object.keys(MAY_USE).sort((a, b) => b.length - a.length);

function partOf(file: string): string {
  return PARTS.find((part) => file.startsWith(`${part}/`)) ?? 'outside the house';
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

const files = ['functions', 'shared', 'deploy', 'local'].flatMap(sources);
const imports = files.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) => ({
    file,
    target: path.join(path.dirname(file), target),
  })),
);

describe('arrows point down only', () => {
  it('the imports are found', () => {
    expect(imports.length).toBeGreaterThan(50);
  });

  it.each(Object.entries(MAY_USE))('%s uses only what lies below it', (part, allowed) => {
    const wrong = imports.filter(
      ({ file, target }) => partOf(file) === part && ![part, ...allowed].includes(partOf(target)),
    );
    expect(wrong).toEqual([]);
  });

  it('no source lies outside the parts', () => {
    expect(files.filter((file) => partOf(file) === 'outside the house')).toEqual([]);
  });
});

describe('only the edges know the machine', () => {
  const inside = files.filter((file) => file.startsWith('shared/'));

  it.each([
    ['the environment', /process\.env/],
    ['the wall clock', /Date\.now\(\)|new Date\(\)/],
    ['chance', /Math\.random\(\)/],
  ])('shared takes %s as a parameter', (_, pattern) => {
    expect(inside.filter((file) => pattern.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
