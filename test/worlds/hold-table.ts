import type postgres from 'postgres';
import { until } from './until.ts';

export interface HeldTable {
  /** Resolves as soon as somebody waits for the table. */
  untilAwaited(): Promise<void>;
  /** Resolves when everybody else may go on. */
  release(): Promise<void>;
}

/** Holds a table so that nobody else reads or writes it: whoever tries stands exactly there. */
export async function holdTable(sql: postgres.Sql, table: string): Promise<HeldTable> {
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let transaction: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    transaction = sql.begin(async (holder) => {
      await holder`lock table ${holder(table)} in access exclusive mode`;
      resolve();
      await released;
    });
    transaction.catch(reject);
  });
  return {
    async untilAwaited() {
      await until(async () => {
        const waiting = await sql`
            select 1 from pg_locks
            where relation = ${table}::regclass and not granted
              and database = (select oid from pg_database where datname = current_database())`;
        if (waiting.length === 0) throw new Error(`nobody waits for ${table}`);
      });
    },
    async release() {
      letGo();
      await transaction;
    },
  };
}
