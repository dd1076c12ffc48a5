import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const lockfile: { packages: Record<string, Entry & Record<string, unknown>> } = read('package-lock.json');
const { '': project, ...installed } = lockfile.packages;

it('installs no package, of any platform, whose bytes are not checked', () => {
  const unchecked = Object.entries(installed).filter(
    ([, { integrity }]) => !integrity?.startsWith('sha512-'),
  );
  expect(unchecked.map(([place, { version }]) => `${place}@${version}`)).toEqual([]);
});

it('names no registry: which one is used is for whoever installs to say', () => {
  expect(Object.keys(installed).filter((place) => installed[place]?.resolved !== undefined)).toEqual([]);
});

it('was written for the package.json beside it', () => {
  const { name, version, license, engines, dependencies = {}, devDependencies } = read('package.json');
  expect({ dependencies: {}, ...project }).toMatchObject({
    name,
    version,
    license,
    engines,
    dependencies,
    devDependencies,
  });
});
