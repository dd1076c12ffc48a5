import postgres from 'postgres';
import { expect, test as it } from 'vitest';
import { startTestDatabase } from '../../worlds/test-database.ts';

it('two test databases know nothing of each other', async () => {
  const [one, other] = await Promise.all([startTestDatabase(), startTestDatabase()]);
  const sql = postgres(one.url, { max: 1 });
  await sql`create table mine (id int)`;
  const elsewhere = postgres(other.url, { max: 1 });
  await expect(elsewhere`select from mine`).rejects.toMatchObject({ code: '42P01' });
  await Promise.all([sql.end(), elsewhere.end()]);
  await Promise.all([one.close(), other.close()]);
});

it('a test database goes even while somebody is connected', async () => {
  const database = await startTestDatabase();
  const sql = postgres(database.url, { max: 1 });
  await sql`select 1`;
  await database.close();
  await expect(sql`select 1`).rejects.toThrow();
  await sql.end({ timeout: 0 });
});
