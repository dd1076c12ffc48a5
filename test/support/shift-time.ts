import postgres from 'postgres';

/**
 * Moves the database's time: all of Jobwatch's SQL reads it from `jobwatch_now()` alone. The store must have migrated.
 * @returns a function that moves it on by so many seconds
 */
export function timeOf(url: string): (seconds: number) => Promise<void> {
  let shifted = 0;
  return async (seconds) => {
    shifted += seconds;
    const sql = postgres(url, { max: 1 });
    try {
      await sql.unsafe(
        `create or replace function jobwatch_now() returns timestamptz language sql volatile as
         'select clock_timestamp() + interval ''${shifted} seconds'''`,
      );
    } finally {
      await sql.end();
    }
  };
}
