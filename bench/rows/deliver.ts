import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { startPostgres } from '../../local/postgres/start-postgres.ts';
import { openStore } from '../../shared/store/store.ts';
import type { Figure } from '../compare.ts';
import { startHostedFunction } from '../hosted-function.ts';
import { median } from '../median.ts';

const BYTES = 3000;
const ROUNDS = 3;
const EVENTS = 2000;
const SLOW_EVENTS = 600;
const SLOW_MS = 50;
/** A second, of eight attempts at once: 160 is all that they allow. */
const SLOW_GOAL = 145;
const WAL_GOAL_KB = 12;
const PEER = fileURLToPath(new URL('../peers/pg-boss-deliveries.cjs', import.meta.url));
const COMMAND = 'npm run bench -- deliver';

interface Measured {
  readonly perSecond: number;
  readonly walKb: number;
}

/** Deliveries to one endpoint, by an instance of deliver as it is deployed and by a loop over pg-boss. */
export async function deliveries(): Promise<Figure[]> {
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

  const walPosition = async () => {
    const [row] = await sql<{ bytes: string }[]>`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`;
    return Number(row?.bytes);
  };

  /** @param send resolves with how long it took, in milliseconds */
  async function measure(events: number, send: () => Promise<number>): Promise<Measured> {
    await sql`checkpoint`;
    const [before, cameBefore] = [await walPosition(), came];
    const wallMs = await send();
    const walBytes = (await walPosition()) - before;
    if (came - cameBefore !== events)
      throw new Error(`expected ${events} deliveries, ${came - cameBefore} came`);
    return { perSecond: (events * 1000) / wallMs, walKb: walBytes / 1000 / events };
  }

  async function ours(events: number): Promise<Measured> {
    await sql`truncate events, deliveries`;
    await sql`
      insert into events (id, job_id, bucket, type, at, data)
      select 'j' || n || '-1', 'j' || n, 'media-1250000000', 'jobwatch.job.succeeded', now(),
        json_build_object('Watch', '{}'::json, 'Job', repeat('x', ${BYTES}::int))
      from generate_series(1, ${events}::int) as n`;
    const deliver = await startHostedFunction('deliver', {
      DATABASE_URL: database.url,
      WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
      WEBHOOKS: JSON.stringify([
        { name: 'one', url, secrets: [`whsec_${randomBytes(24).toString('base64')}`] },
      ]),
    });
    try {
      return await measure(events, async () => (await deliver.run()).durationMs);
    } finally {
      await deliver.close();
    }
  }

  async function theirs(events: number, atATime: number): Promise<Measured> {
    const given = [database.url, url, events, BYTES, atATime].map(String);
    const child = fork(PEER, given, { execArgv: [] });
    await once(child, 'message');
    return await measure(events, async () => {
      child.send('go');
      const [{ wallMs }] = (await once(child, 'message')) as [{ wallMs: number }];
      return wallMs;
    });
  }

  /** In turn; the middle of each. */
  async function contest(events: number, atATime: number) {
    const rounds = { ours: [] as Measured[], theirs: [] as Measured[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.ours.push(await ours(events));
      rounds.theirs.push(await theirs(events, atATime));
    }
    const middle = (of: keyof typeof rounds, what: keyof Measured) =>
      median(rounds[of].map((measured) => measured[what]));
    return {
      ours: middle('ours', 'perSecond'),
      theirs: middle('theirs', 'perSecond'),
      oursKb: middle('ours', 'walKb'),
      theirsKb: middle('theirs', 'walKb'),
    };
  }

  try {
    const store = openStore(database.url, Date.now);
    await store.transaction(async () => undefined);
    await store.close();
    const byEight = await contest(EVENTS, 8);
    const byHundred = await contest(EVENTS, 100);
    answersAfterMs = SLOW_MS;
    const slow = await contest(SLOW_EVENTS, 8);
    const figure = (what: string, peer: string, { ours, theirs }: typeof slow, goal: number): Figure => ({
      figure: what,
      peer,
      ours: 1000 / ours,
      theirs: 1000 / theirs,
      unit: 'ms',
      ratio: ours / theirs,
      goal,
      command: COMMAND,
      note: `${ours.toFixed(0)} a second, the peer ${theirs.toFixed(0)}`,
    });
    const [eight, hundred] = ['pg-boss, fetching 8', 'pg-boss, fetching 100'];
    return [
      figure('a delivery to one fast endpoint, beside eight at a time', eight, byEight, 1.5),
      figure('a delivery to one fast endpoint, beside a hundred', hundred, byHundred, 0.5),
      figure(`a delivery to an endpoint of ${SLOW_MS} ms`, eight, slow, SLOW_GOAL / slow.theirs),
      {
        figure: 'WAL of one delivery',
        peer: eight,
        ours: byEight.oursKb,
        theirs: byEight.theirsKb,
        unit: 'KB',
        ratio: byEight.theirsKb / byEight.oursKb,
        goal: byEight.theirsKb / WAL_GOAL_KB,
        command: COMMAND,
      },
    ];
  } finally {
    receiver.close();
    await sql.end();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
