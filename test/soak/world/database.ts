import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { startProcessGuard } from '../../../emulators/process-guard.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/start-postgres.ts';

const RETRY_MS = 200;
const RETRIES = 100;

/** A PostgreSQL that is stopped at once and comes back under the same address. */
export class Database {
  readonly #dataDir: string;
  readonly #port: number;
  readonly #guard = startProcessGuard('INT');
  #server: PostgresServer | undefined;
  #hasEnded: () => void = () => undefined;
  #sql: postgres.Sql | undefined;

  constructor(dataDir: string, port: number) {
    this.#dataDir = dataDir;
    this.#port = port;
  }

  async start(): Promise<string> {
    this.#server = await startPostgres({ dataDir: this.#dataDir, port: this.#port });
    this.#hasEnded = this.#guard.watch(this.#server.pid);
    const { url } = this.#server;
    this.#sql ??= postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 5 });
    return url;
  }

  get isUp(): boolean {
    return this.#server !== undefined;
  }

  /** SIGQUIT is PostgreSQL's immediate shutdown, SIGKILL nobody's. */
  async kill(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    process.kill(server.pid, signal);
    await server.close();
    this.#hasEnded();
  }

  /** Asks again when the server is away. */
  async ask<Row>(statement: string): Promise<Row[]> {
    for (let retry = 0; ; retry++) {
      try {
        if (this.#sql === undefined) throw new Error('The database was never started.');
        return [...(await this.#sql.unsafe<(Row & postgres.Row)[]>(statement))];
      } catch (error) {
        if (retry === RETRIES) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  /** All of Jobwatch's SQL reads the time from this function alone. */
  async shiftClock(offsetMs: number): Promise<void> {
    await this.ask(
      `create or replace function jobwatch_now() returns timestamptz language sql volatile
         as $$select clock_timestamp() + interval '${offsetMs} milliseconds'$$`,
    );
  }

  async close(): Promise<void> {
    await this.#sql?.end({ timeout: 1 });
    await this.#server?.close();
    this.#hasEnded();
    this.#guard.close();
  }
}
