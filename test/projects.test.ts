import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import config from '../vitest.config.ts';
import { projectOf } from './projects.ts';

interface Configured {
  readonly name: string;
  readonly include: readonly string[];
  readonly globalSetup?: readonly string[];
}

const projects = (config.test?.projects ?? []).map((one) => (one as { test: Configured }).test);
const NOT_OURS = new Set(['node_modules', 'dist']);

const everyTestFile = readdirSync('.', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NOT_OURS.has(entry.name))
  .flatMap(({ name }) =>
    readdirSync(name, { recursive: true, encoding: 'utf8' }).map((file) => path.join(name, file)),
  )
  .filter((file) => !file.includes('node_modules'))
  .filter((file) => /\.(test|spec)\.[cm]?[jt]sx?$/.test(file));

it('every test file is in exactly one project', () => {
  expect(projects.flatMap(({ include }) => include).sort()).toEqual(everyTestFile.sort());
});

it.each([
  ['test/ci/cut-text.test.ts', 'pure'],
  ['test/watch/retention.test.ts', 'store'],
  ['test/functions/describe.test.ts', 'process'],
  ['test/emulators/ci/real-animations.test.ts', 'process'],
  ['test/throttle/lanes.chaos.test.ts', 'chaos'],
  ['test/web/first-page.browser.test.ts', 'browser'],
  ['test/soak/short.soak.test.ts', 'soak'],
])('%s is %s', (file, project) => {
  expect(projectOf(file)).toBe(project);
});

it('a pure test finds nothing that somebody had to set up', () => {
  expect(projectOf('test/projects.test.ts')).toBe('pure');
  expect(projects.find(({ name }) => name === 'pure')?.globalSetup).toBeUndefined();
  expect([inject('postgresUrl'), inject('bundles'), inject('ffmpeg')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it.fails('nor can it start a process, whatever it does about the refusal', () => {
  try {
    process.getBuiltinModule('node:child_process').execFileSync('true');
  } catch {
    // Told in the end all the same.
  }
});

it.each([
  ['has a limit of its own', /\bit(?:\.\w+)*\([^\n]*timeout:|^\s*\}, [\d_]{4,}\);$|\bvi\.setConfig\b/m],
  ['waits with less patience than test/worlds/until.ts', /\bvi\.wait(?:For|Until)\b|\bexpect\.poll\b/],
  ['sleeps', /\bsetTimeout as\b|\bawait (?:delay|sleep)\(/],
])('no test %s: it would say how fast the machine is', (_, pattern) => {
  const others = everyTestFile.filter((file) => file !== 'test/projects.test.ts');
  expect(others.filter((file) => pattern.test(readFileSync(file, 'utf8')))).toEqual([]);
});
