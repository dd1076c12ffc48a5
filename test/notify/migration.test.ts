import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { watches } from '../../shared/store/schema/0001-watches.ts';
import { automation } from '../../shared/store/schema/0002-automation.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { newSecret, startReceiver, textOf } from '../worlds/receiver.ts';
import { startEmptyDatabase } from '../worlds/test-database.ts';

it('what happened before there was a deliver is not told, and what the release before writes after that is', async () => {
  const database = await startEmptyDatabase();
  onTestFinished(database.close);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end());
  await sql.unsafe(watches);
  await sql.unsafe(automation);
  await sql`create table schema_migrations (version integer primary key, applied_at timestamptz not null)`;
  await sql`insert into schema_migrations values (1, now()), (2, now())`;
  /** As the release before writes it. */
  const write = (id: string) => sql`
    insert into events (id, job_id, bucket, type, at, data)
    values (${id}, ${id}, 'media-1', 'jobwatch.job.succeeded', now(), '{"Watch":{},"Job":null}')`;

  await write('before');
  const receiver = await startReceiver();
  const handler = await loadHandler('deliver', {
    CI_BUCKETS: '',
    DATABASE_URL: database.url,
    WEBHOOKS: JSON.stringify([
      { name: 'hooks', url: `http://127.0.0.1:${receiver.port}`, secrets: [textOf(newSecret())] },
    ]),
    WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
  });
  const run = () => handler({}, { time_limit_in_ms: 60_000 });
  expect(await run()).toMatchObject({ events: 0, delivered: 0 });
  await write('after');
  expect(await run()).toMatchObject({ events: 1, delivered: 1 });
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(['after']);
});
