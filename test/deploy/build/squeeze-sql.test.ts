import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { squeezeSql } from '../../../deploy/build/sql/squeeze-sql.ts';
import { times } from '../../fuzz/runs.ts';
import { startEmptyDatabase } from '../../worlds/test-database.ts';

it.each([
  ['\n    select a, b\n    from t  -- why\n    where x = 1\n  ', ' select a,b from t where x = 1 '],
  ['select \'  -- kept  \' as "a  b"', 'select \'  -- kept  \' as "a  b"'],
  ["select 'it''s  so'", "select 'it''s  so'"],
  ['select $$  data -- $$, $x$ $$  $x$', 'select $$  data -- $$,$x$ $$  $x$'],
  ["do $$\nbegin\n  -- why\n  perform 'a  b';\nend\n$$;", "do $$ begin perform 'a  b';end $$;"],
  ['as $body$\n  select 1\n$body$ language sql', 'as $body$ select 1 $body$ language sql'],
  ['select /* a /* nested */ -- */ 1', 'select 1'],
  // Two strings with a line break between them are one.
  ["select 'a'  \n  'b'", "select 'a'\n'b'"],
  ["select 'a' -- why\n 'b'", "select 'a'\n'b'"],
  ['select 5 - -- why\n -3', 'select 5 - -3'],
  ['select -- $' + '{a} is \\$ kept\n 1', 'select 1'],
])('%j becomes %j', (statement, squeezed) => {
  expect(squeezeSql([statement])).toEqual([squeezed]);
});

it('what stands between values keeps its distance from them', () => {
  expect(squeezeSql(['select ', '\n  , (', ') as x\n  from ', '\n  and ', '  '])).toEqual([
    'select ',
    ',(',
    ')as x from ',
    ' and ',
    ' ',
  ]);
});

it.each([
  [["select E'it\\'s  a'  from t"]],
  [['select 1  -- ', '  is odd\n']],
  [["select  'without end"]],
  [['select  $$ without end']],
])('%j is not what it can read, and stays', (parts) => {
  expect(squeezeSql(parts)).toEqual(parts);
});

const WORDS = [
  'select',
  'x',
  '1',
  '=',
  '->>',
  '-',
  "'a  b'",
  "'it''s'",
  '"a  b"',
  '$$ -- $$',
  '(',
  ')',
  ',',
  ';',
  '::',
];
const GAPS = [' ', '\n  ', '\t', " -- a 'comment\n", '/* a "comment" */', ' /* of /* two */ */\n'];

it('any words with any white space and comments between them become the words with what they need', () => {
  const words = fc.array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...GAPS)), { minLength: 1 });
  fc.assert(
    fc.property(words, (given) => {
      const statement = given.map(([word, gap]) => word + gap).join('');
      const expected = given.map(([word, gap], index) => {
        const next = given[index + 1]?.[0] ?? '';
        if (word.endsWith("'") && next.startsWith("'") && gap.includes('\n')) return `${word}\n`;
        return /[(),;]$/.test(word) || /^[(),;]/.test(next) ? word : `${word} `;
      });
      expect(squeezeSql([statement])).toEqual([expected.join('')]);
    }),
    { numRuns: times(500) },
  );
});

/** A database made by every migration, as the catalog describes it. */
async function madeBy(change: (statement: string) => string): Promise<unknown> {
  const database = await startEmptyDatabase();
  onTestFinished(database.close);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end());
  const schema = new URL('../../../shared/store/schema/', import.meta.url);
  for (const file of (await readdir(schema)).filter((name) => /^\d{4}/.test(name)).sort()) {
    for (const migration of Object.values(await import(new URL(file, schema).href)))
      if (typeof migration === 'string') await sql.unsafe(change(migration));
  }
  return {
    columns: await sql`
      select table_name, column_name, data_type, column_default, is_nullable, collation_name
      from information_schema.columns where table_schema = 'public' order by 1, 2`,
    indexes: await sql`select indexdef from pg_indexes where schemaname = 'public' order by 1`,
    constraints: await sql`
      select conrelid::regclass::text, pg_get_constraintdef(oid) as text from pg_constraint
      where connamespace = 'public'::regnamespace order by 1, 2`,
    comments: await sql`
      select c.relname, d.description from pg_description d join pg_class c on c.oid = d.objoid
      where c.relnamespace = 'public'::regnamespace order by 1, 2`,
    settings: await sql`
      select relname, reloptions from pg_class where relnamespace = 'public'::regnamespace order by 1`,
    functions: (
      await sql`select prosrc from pg_proc where pronamespace = 'public'::regnamespace order by proname`
    ).map(({ prosrc }) => squeezeSql([prosrc])),
  };
}

it('every migration makes the same of a database, squeezed or not', async () => {
  const plain = await madeBy((statement) => statement);
  const squeezed = await madeBy((statement) => squeezeSql([statement]).join(''));
  expect(squeezed).toEqual(plain);
});
