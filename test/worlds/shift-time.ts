import postgres from 'postgres';

/**
 * Moves the database's time: all of Jobwatch's SQL reads it from `jobwatch_now()` alone. The store must have migrated.
 * @returns a function that moves it on by so many seconds
 */
export function timeOf(url: string): (seconds: number) => Promise<void> {
  let shifted = 0;
  return async (seconds) => {
    shifted += seconds;
    await define(url, `clock_timestamp() + interval '${shifted} seconds'`);
  };
}

/** Stops the database's time where a test looks at single moments: from then on it moves by the function given only. */
export async function stopTime(url: string): Promise<(seconds: number) => Promise<void>> {
  const stopped = new Date().toISOString();
  let shifted = 0;
  const pass = async (seconds: number) => {
    shifted += seconds;
    await define(url, `timestamptz '${stopped}' + interval '${shifted} seconds'`);
  };
  await pass(0);
  return pass;
}

async function define(url: string, now: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  try {
    await sql.unsafe(
      `create or replace function jobwatch_now() returns timestamptz language sql volatile as $$select ${now}$$`,
    );
  } finally {
    await sql.end();
  }
}
