import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const CODE = /\bcode: '([A-Z][A-Za-z]+)'|new CiError\('([A-Z][A-Za-z]+)'/g;
const LOGGED = /log\s*\.\s*(?:warn|error)\(/;

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
}

/** Codes in the call of a log, and those that an error brings into one. */
function loggedCodes(): Set<string> {
  const texts = [...sourcesIn('shared'), ...sourcesIn('functions')];
  const calls = texts.flatMap((text) =>
    text
      .split(LOGGED)
      .slice(1)
      .map((call) => call.slice(0, call.indexOf(';\n'))),
  );
  const codes = calls.flatMap((call) => [...call.matchAll(CODE)].map(([, code]) => code ?? ''));
  return new Set([...codes, 'NoAnswer', 'BadAnswer', 'NoCredentials']);
}

const sections = [...readFileSync('docs/monitoring.md', 'utf8').matchAll(/^## ([A-Z][A-Za-z]+)$/gm)].map(
  ([, name]) => name,
);

it('every code of a line that somebody should know of has a section in docs/monitoring.md, and no section is of none', () => {
  expect(sections.filter((name) => name !== 'CI').sort()).toEqual([...loggedCodes()].sort());
});
