import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FOLDER = 'docs/zh';
const pairs = [
  { english: 'README.md', chinese: 'README.zh-CN.md' },
  ...readdirSync(FOLDER).map((name) => ({ english: `docs/${name}`, chinese: `${FOLDER}/${name}` })),
];
/** What people of both languages are to find. */
const NEEDED = [
  'README',
  'quickstart',
  'rules',
  'recipes',
  'receiving',
  'deploy',
  'costs',
  'troubleshooting',
  'problems',
];
const CODE = /^```.*\n[\s\S]*?^```/gm;

const textOf = (file: string) => readFileSync(file, 'utf8');
const proseOf = (file: string) => textOf(file).replace(CODE, '');
const levelsOf = (file: string) => [...proseOf(file).matchAll(/^(#+) /gm)].map(([, marks]) => marks);
const rowsOf = (file: string) => [...proseOf(file).matchAll(/^\|/gm)].length;
/** Links lead to other places, and have numbers of their own. */
const numbersOf = (file: string) =>
  new Set(
    proseOf(file)
      .replace(/\]\([^)]*\)/g, ']')
      .match(/\d+(?:[.,:]\d+)*/g) ?? [],
  );
const namesOf = (file: string) =>
  new Set(
    [...proseOf(file).matchAll(/`([^`\n]+)`/g)]
      .map(([, name = '']) => name)
      .filter((name) => /^[\w./$\\{}-]+$/.test(name)),
  );
/** Comments are for people. */
const codeOf = (file: string) =>
  (textOf(file).match(CODE) ?? []).map((block) => block.replace(/ +#(?!\/).*$/gm, '').replace(/ +$/gm, ''));

it('what most people need is there in both languages', () => {
  const there = pairs.map(({ english }) => english.replace(/^docs\/|\.md$/g, ''));
  expect(there).toEqual(expect.arrayContaining([...NEEDED, 'console', 'cli']));
});

it.each(pairs)(
  '$chinese says what $english says: headings, tables, code, names and numbers',
  ({ english, chinese }) => {
    expect(levelsOf(chinese)).toEqual(levelsOf(english));
    expect(rowsOf(chinese)).toBe(rowsOf(english));
    expect(codeOf(chinese)).toEqual(codeOf(english));
    expect([...namesOf(english)].filter((name) => !namesOf(chinese).has(name))).toEqual([]);
    expect([...numbersOf(english)].filter((number) => !numbersOf(chinese).has(number))).toEqual([]);
  },
);
