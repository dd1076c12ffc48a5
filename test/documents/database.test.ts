import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { startTestDatabase } from '../worlds/test-database.ts';

/** Tables and their columns as docs/database.md has them; `a0` … `a9` stands for ten. */
function documented(): Record<string, string[]> {
  const sections = readFileSync('docs/database.md', 'utf8').split(/^## /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      const [name = ''] = section.split('\n', 1);
      const cells = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell = '']) => cell);
      return [name, cells.flatMap(columnsIn).sort()];
    }),
  );
}

function columnsIn(cell: string): string[] {
  const [, letter, from, to] = /^`(\D+)(\d+)` … `\D+(\d+)`$/.exec(cell) ?? [];
  if (letter === undefined) return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => `${letter}${Number(from) + at}`);
}

it('docs/database.md has each table and column of a migrated database, and no other', async () => {
  const database = await startTestDatabase();
  onTestFinished(database.close);
  const sql = postgres(database.url, { max: 1 });
  onTestFinished(() => sql.end());
  const rows = await sql<{ name: string; columns: string[] }[]>`
    select table_name as name, array_agg(column_name::text) as columns from information_schema.columns
    where table_schema = 'public' group by 1`;
  const real = Object.fromEntries(rows.map(({ name, columns }) => [name, columns.sort()]));
  expect(documented()).toEqual(real);
});
