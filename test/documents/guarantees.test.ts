import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = 'docs';
const sections = readFileSync(path.join(FOLDER, 'guarantees.md'), 'utf8').split(/^## /m).slice(1);

/** Each title in quotes, with the file that is linked to behind it. */
function testsIn(section: string): { title: string; file: string }[] {
  const found: { title: string; file: string }[] = [];
  let titles: string[] = [];
  for (const [, title, file] of section
    .replace(/\n/g, ' ')
    .matchAll(/"([^"]+)"|\]\((\.\.\/test\/[^)]+)\)/g)) {
    if (title !== undefined) titles.push(title);
    else if (file !== undefined) {
      found.push(...titles.map((one) => ({ title: one, file: path.join(FOLDER, file) })));
      titles = [];
    }
  }
  return found;
}

it.each(sections.map((text) => ({ promise: text.split('\n', 1)[0], text })))(
  'the tests that prove "$promise" exist',
  ({ text }) => {
    const tests = testsIn(text);
    expect(tests.length).toBeGreaterThan(0);
    for (const { title, file } of tests) expect(readFileSync(file, 'utf8')).toContain(title);
  },
);
