import { setImmediate as nextTurn } from 'node:timers/promises';
import postgres from 'postgres';
import type { Clock } from '../../shared/clock.ts';
import { openStore, type Store } from '../../shared/store/store.ts';

/** Turns of the event loop without a statement or a new sleeper, after which everybody sleeps. */
const QUIET_TURNS = 4;

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

export type SharedTime = Awaited<ReturnType<typeof startSharedTime>>;

/**
 * One time for the database and many instances. It stands still while anybody works, and moves on to the next sleeper
 * when everybody sleeps: what happens in it happens the same way on any machine.
 */
export async function startSharedTime(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  let nowMs = Date.UTC(2026, 0, 1);
  let databaseAheadMs = 0;
  let statements = 0;
  let transactions = 0;
  let sleepers: Sleeper[] = [];
  const stores: Store[] = [];

  await sql`create unlogged table shared_time (ms float8 not null)`;
  await sql`insert into shared_time values (${nowMs})`;
  await sql.unsafe(`create or replace function jobwatch_now() returns timestamptz language sql volatile as
    'select to_timestamp(ms / 1000) from shared_time'`);

  const tell = () => sql`update shared_time set ms = ${nowMs + databaseAheadMs}`;

  const clock: Clock = {
    now: () => nowMs,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ untilMs: nowMs + Math.max(0, ms), wake });
      }),
    random: () => 0.5,
  };

  async function untilQuiet(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      const before = sleepers.length;
      await nextTurn();
      if (statements > 0 || sleepers.length !== before) quiet = -1;
    }
  }

  return {
    clock,
    sql,
    /** how many transactions the instances made */
    transactions: () => transactions,

    /** The store of one more instance. */
    openStore(): Store {
      const store = openStore(url, Date.now);
      stores.push(store);
      return {
        async transaction(work, limitMs) {
          statements += 1;
          transactions += 1;
          try {
            return await store.transaction(work, limitMs);
          } finally {
            statements -= 1;
          }
        },
        close: () => store.close(),
      };
    },

    /** From now on the database's clock is so much ahead of that of the instances. */
    async setDatabaseAhead(ms: number): Promise<void> {
      databaseAheadMs = ms;
      await tell();
    },

    /** Lets time go by until all of the work is done. */
    async run<T>(work: Promise<T>): Promise<T> {
      let isDone = false;
      const done = work.finally(() => {
        isDone = true;
      });
      // Told of when it is awaited.
      done.catch(() => undefined);
      for (;;) {
        await untilQuiet();
        if (isDone) return await done;
        nowMs = Math.min(...sleepers.map(({ untilMs }) => untilMs));
        if (!Number.isFinite(nowMs)) throw new Error('nobody sleeps, and the work is not done');
        await tell();
        const woken = sleepers.filter(({ untilMs }) => untilMs <= nowMs);
        sleepers = sleepers.filter(({ untilMs }) => untilMs > nowMs);
        for (const { wake } of woken) wake();
      }
    },

    async close(): Promise<void> {
      await Promise.all(stores.map((store) => store.close()));
      await sql.end();
    },
  };
}
