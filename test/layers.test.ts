import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** What serves every room above shared/ci: plain values, no store and no trigger. */
const PLAIN = ['shared/ci', 'shared'];

/** The rooms of the house, and which others each may use. What is not listed may use nothing but packages and itself. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  'shared/ci': [],
  'shared/store': PLAIN,
  'shared/throttle': ['shared/store', ...PLAIN],
  'shared/watch': ['shared/throttle', 'shared/store', ...PLAIN],
  'shared/sweep': ['shared/watch', 'shared/throttle', 'shared/store', ...PLAIN],
  'shared/automation': ['shared/sweep', 'shared/watch', 'shared/throttle', 'shared/store', ...PLAIN],
  'shared/notify': ['shared/sweep', 'shared/watch', 'shared/throttle', 'shared/store', ...PLAIN],
  'shared/scf': ['shared/watch', 'shared/throttle', 'shared/store', ...PLAIN],
  // config, log, clock, credentials: they may name the types of shared/ci.
  shared: ['shared/ci'],
  functions: [
    'shared/automation',
    'shared/notify',
    'shared/watch',
    'shared/throttle',
    'shared/store',
    'shared/scf',
    ...PLAIN,
  ],
  // Rules are checked before they are deployed by what reads them afterwards.
  service: ['shared/automation', ...PLAIN],
  deploy: [
    'service',
    'shared/automation',
    'shared/notify',
    'shared/watch',
    'shared/throttle',
    'shared/store',
    ...PLAIN,
  ],
  // The judge must not share the defendant's code.
  'emulators/ci': [],
  'local/receiver': [],
  'emulators/scf': ['service'],
  'emulators/scf-api': ['service'],
  // One of its commands runs a function on this machine.
  'deploy/osls': ['deploy', 'service', 'emulators/scf', ...PLAIN],
  local: ['emulators/ci', 'local/receiver', 'emulators/scf', 'deploy', 'deploy/osls', 'service'],
};

const ROOMS = Object.keys(MAY_USE).sort((a, b) => b.length - a.length);

function roomOf(file: string): string {
  return ROOMS.find((room) => file.startsWith(`${room}/`)) ?? 'outside the house';
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

const files = ['functions', 'shared', 'service', 'emulators', 'deploy', 'local'].flatMap(sources);
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

  it.each(Object.entries(MAY_USE))('%s uses only what lies below it', (room, allowed) => {
    const wrong = imports.filter(
      ({ file, target }) => roomOf(file) === room && ![room, ...allowed].includes(roomOf(target)),
    );
    expect(wrong).toEqual([]);
  });

  it('no source lies outside the rooms', () => {
    expect(files.filter((file) => roomOf(file) === 'outside the house')).toEqual([]);
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
