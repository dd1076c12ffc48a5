/**
 * Events a second to one endpoint and to twenty, and the peak resident memory of deliver's bundle in an instance of its
 * own while it holds events as large as they may be. The endpoints answer at once.
 */
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

const LOADS = [
  { endpoints: 1, events: 2000, bytes: 3000, answersAfterMs: 0 },
  { endpoints: 1, events: 1000, bytes: 3000, answersAfterMs: 50 },
  { endpoints: 20, events: 200, bytes: 3000, answersAfterMs: 0 },
  { endpoints: 1, events: 200, bytes: 250_000, answersAfterMs: 0 },
  { endpoints: 20, events: 60, bytes: 250_000, answersAfterMs: 0 },
];
const LIMIT_MB = 96;

const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const database = await startPostgres({ dataDir });
let answersAfterMs = 0;
const receiver = createServer((request, response) => {
  const answer = () => response.writeHead(204).end();
  request.resume().once('end', () => {
    if (answersAfterMs === 0) answer();
    else setTimeout(answer, answersAfterMs);
  });
}).listen(0, '127.0.0.1');
await once(receiver, 'listening');
const address = receiver.address();
const port = typeof address === 'object' ? address?.port : undefined;
const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
try {
  const store = openStore(database.url, Date.now);
  await store.transaction(async () => undefined);
  await store.close();
  for (const load of LOADS) await measure(load);
} finally {
  receiver.close();
  await sql.end();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure({ endpoints, events, bytes, ...load }: (typeof LOADS)[number]): Promise<void> {
  answersAfterMs = load.answersAfterMs;
  await sql`truncate events, deliveries`;
  await sql`
    insert into events (id, job_id, bucket, type, at, data)
    select 'j' || n || '-1', 'j' || n, 'media-1250000000', 'jobwatch.job.succeeded', now(),
      json_build_object('Watch', '{}'::json, 'Job', repeat('x', ${bytes}::int))
    from generate_series(1, ${events}::int) as n`;
  const deliver = await startHostedFunction('deliver', {
    DATABASE_URL: database.url,
    WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
    WEBHOOKS: JSON.stringify(
      Array.from({ length: endpoints }, (_, index) => ({
        name: `endpoint-${index}`,
        url: `http://127.0.0.1:${port}/`,
        secrets: [`whsec_${randomBytes(24).toString('base64')}`],
      })),
    ),
  });
  await sql`checkpoint`;
  const before = await walPosition();
  const { value, durationMs, peakMb } = await deliver.run();
  const walBytes = (await walPosition()) - before;
  await deliver.close();
  const delivered = Number(Object(value)['delivered']);
  const perSecond = Math.round((delivered * 1000) / durationMs);
  console.log(
    `${endpoints} endpoints that answer after ${answersAfterMs} ms, ${events} events of ${bytes} bytes: ${delivered} delivered in ${Math.round(durationMs)} ms, ${perSecond} a second, ${(walBytes / 1000 / delivered).toFixed(1)} KB of WAL each, ${peakMb.toFixed(1)} MB at most`,
  );
  if (delivered !== endpoints * events || peakMb >= LIMIT_MB) {
    console.error(`expected all of them in less than ${LIMIT_MB} MB`);
    process.exitCode = 1;
  }
}

async function walPosition(): Promise<number> {
  const [row] = await sql<{ bytes: string }[]>`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`;
  return Number(row?.bytes);
}
