import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { openStore } from '../shared/store/store.ts';
import { startHostedFunction } from './hosted-function.ts';

/** A database with events, and a receiver of them that answers when it is told to. */
export async function startDelivering() {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
  // As root the server runs as another user, who must be let in.
  await chmod(dataDir, 0o755);
  const database = await startPostgres({ dataDir });
  let answersAfterMs = 0;
  let came = 0;
  const receiver = createServer((request, response) => {
    const answer = () => response.writeHead(204).end();
    request.resume().once('end', () => {
      came += 1;
      if (answersAfterMs === 0) answer();
      else setTimeout(answer, answersAfterMs);
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const store = openStore(database.url, Date.now);
  await store.transaction(async () => undefined);
  await store.close();

  async function walPosition(): Promise<number> {
    const [row] = await sql<{ bytes: string }[]>`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`;
    return Number(row?.bytes);
  }

  return {
    databaseUrl: database.url,
    /** the receiver's */
    url,
    /** how many requests have come */
    came: () => came,
    answerAfter(ms: number): void {
      answersAfterMs = ms;
    },

    /** Leaves these events to be delivered, and none else. */
    async fill(events: number, bytes: number): Promise<void> {
      await sql`truncate events, deliveries`;
      await sql`
        insert into events (id, job_id, bucket, type, at, data)
        select 'j' || n || '-1', 'j' || n, 'media-1250000000', 'jobwatch.job.succeeded', now(),
          json_build_object('Watch', '{}'::json, 'Job', repeat('x', ${bytes}::int))
        from generate_series(1, ${events}::int) as n`;
    },

    /** An instance of deliver as it is deployed, for so many endpoints that are all the receiver. */
    startDeliver: (endpoints: number) =>
      startHostedFunction('deliver', {
        DATABASE_URL: database.url,
        WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
        WEBHOOKS: JSON.stringify(
          Array.from({ length: endpoints }, (_, index) => ({
            name: `endpoint-${index}`,
            url,
            secrets: [`whsec_${randomBytes(24).toString('base64')}`],
          })),
        ),
      }),

    /** Tells, beside what the work came to, the bytes of WAL that were written meanwhile. */
    async withWal<T>(work: () => Promise<T>): Promise<{ result: T; walBytes: number }> {
      await sql`checkpoint`;
      const before = await walPosition();
      const result = await work();
      return { result, walBytes: (await walPosition()) - before };
    },

    async close(): Promise<void> {
      receiver.close();
      await sql.end();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
