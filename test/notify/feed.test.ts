import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { retireEvents } from '../../shared/watch/retire-events.ts';
import { type Delivering, startDelivering } from '../worlds/delivering.ts';

interface Page {
  readonly ids: string[];
  readonly next: string;
}

/** Once the feed has all that was committed. */
async function page(world: Delivering, query: Record<string, string> = {}): Promise<Page> {
  await world.untilFeedIsWhole();
  return await pageNow(world, query);
}

async function pageNow(world: Delivering, query: Record<string, string> = {}): Promise<Page> {
  const { status, json } = await world.get('/events', query);
  expect(status).toBe(200);
  const { Events, Next } = json;
  if (!Array.isArray(Events)) throw new Error(`expected Events, got ${JSON.stringify(json)}`);
  return { ids: Events.map(({ id }) => String(id)), next: String(Next) };
}

/** Everything behind a position, in pages of so many. */
async function rest(world: Delivering, limit: number, from?: string): Promise<Page> {
  const ids: string[] = [];
  let after = from;
  for (;;) {
    const read = await page(world, { limit: String(limit), ...(after === undefined ? {} : { after }) });
    ids.push(...read.ids);
    if (read.next === after) return { ids, next: read.next };
    after = read.next;
  }
}

/** A connection whose transaction the test ends. */
function connect({ url }: Delivering) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 0 }));
  return sql;
}

const insertEvent = (sql: postgres.Sql, id: string) => sql`
  insert into events (id, job_id, bucket, type, at, data)
  values (${id}, ${id}, 'media-1', 'jobwatch.job.running', jobwatch_now(), ${sql.json({ Watch: WATCH })})`;

const WATCH = {
  JobId: 'j1',
  Bucket: 'b',
  Region: 'r',
  Tag: '',
  State: 'Running',
  Outcome: '',
  Source: 'recheck',
  Rule: '',
  LastError: '',
  CreatedAt: '2026-01-01T00:00:00.000Z',
  EndedAt: null,
  Input: {},
  Output: {},
};

describe('GET /events', () => {
  it('gives every event once, in the order of its job, whatever the size of the pages', async () => {
    const world = await startDelivering();
    const jobIds = await world.watchJobs(7);
    await world.hear(jobIds, 'Running', 1);
    await world.hear(jobIds.slice(0, 4), 'Success', 2);
    const all = await rest(world, 500);
    expect(all.ids).toHaveLength(11);
    for (const limit of [1, 4, 11]) expect(await rest(world, limit)).toEqual(all);
    for (const [jobId, ids] of await world.eventIds())
      expect(all.ids.filter((id) => id.startsWith(jobId))).toEqual(ids);
  });

  it('from now on gives what comes, and says the same Next while nothing does', async () => {
    const world = await startDelivering();
    await world.succeed(2);
    const now = await page(world, { after: 'now' });
    expect(now.ids).toEqual([]);
    expect((await page(world, { after: now.next })).next).toBe(now.next);
    const [came = ''] = await world.succeed();
    expect((await page(world, { after: now.next })).ids).toEqual([came]);
  });

  it('gives the types that are asked for, and goes on behind the others', async () => {
    const world = await startDelivering();
    const jobIds = await world.watchJobs(3);
    await world.hear(jobIds, 'Running', 1);
    await world.hear(jobIds, 'Success', 2);
    const { next } = await page(world);
    const succeeded = await page(world, { types: 'jobwatch.job.succeeded', limit: '2' });
    expect(succeeded.ids).toHaveLength(2);
    const last = await page(world, { types: 'jobwatch.job.succeeded', after: succeeded.next });
    expect(last.ids).toHaveLength(1);
    expect(await page(world, { types: 'jobwatch.job.failed' })).toEqual({ ids: [], next });
  });

  it('of two transactions that commit in the other order skips none', async () => {
    const world = await startDelivering();
    const [first, second] = [connect(world), connect(world)];
    await first`begin`;
    await insertEvent(first, 'begun-first');
    await second`begin`;
    await insertEvent(second, 'committed-first');
    await second`commit`;
    const before = await pageNow(world);
    // The one that is there waits for the one that is not.
    expect(before.ids).toEqual([]);
    await first`commit`;
    expect((await page(world, { after: before.next })).ids).toEqual(['begun-first', 'committed-first']);
  });

  it('waits for whoever writes elsewhere, and misses nothing of what was written meanwhile', async () => {
    const world = await startDelivering();
    const { next } = await page(world, { after: 'now' });
    const long = connect(world);
    await long`begin`;
    await long`select pg_current_xact_id()`;
    const ids = await world.succeed(3);
    expect(await pageNow(world, { after: next })).toEqual({ ids: [], next });
    await long`rollback`;
    expect((await page(world, { after: next })).ids.sort()).toEqual([...ids].sort());
  });

  it('skips none and repeats none while many write at once', async () => {
    const world = await startDelivering();
    const writers = [connect(world), connect(world), connect(world), connect(world)];
    let left = writers.length;
    const seen: string[] = [];
    let { next } = await page(world, { after: 'now' });
    const writing = writers.map(async (sql, writer) => {
      for (let n = 0; n < 40; n++) {
        await sql`begin`;
        await insertEvent(sql, `w${writer}-${n}`);
        if (n % 3 === writer % 3) await sql`select pg_sleep(0.002)`;
        await sql`commit`;
      }
      left -= 1;
    });
    const read = async () => {
      const got = await pageNow(world, { after: next, limit: '7' });
      seen.push(...got.ids);
      next = got.next;
      return got.ids.length;
    };
    while (left > 0) await read();
    await Promise.all(writing);
    await world.untilFeedIsWhole();
    while ((await read()) > 0);
    expect(seen).toHaveLength(160);
    expect(new Set(seen).size).toBe(160);
  });

  it('ends a page where it would grow too large, and is never empty for that', async () => {
    const world = await startDelivering();
    await world.sql`
      insert into events (id, job_id, bucket, type, at, data)
      select 'e' || n, 'j' || n, 'media-1', 'jobwatch.job.succeeded', jobwatch_now(),
        json_build_object('Watch', ${world.sql.json(WATCH)}::json,
          'Job', json_build_object('JobId', 'j', 'State', 'Success', 'Message', repeat('x', 250000)))
      from generate_series(1, 12) as n`;
    const first = await page(world);
    expect(first.ids.length).toBeGreaterThan(2);
    expect(first.ids.length).toBeLessThan(7);
    expect((await rest(world, 500)).ids).toHaveLength(12);
  });

  it('refuses a position behind which events were removed, and begins with the oldest that is kept', async () => {
    const world = await startDelivering();
    await world.succeed(2);
    const before = await page(world, { limit: '1' });
    await world.sql`
      with removed as (delete from events where seq = (select max(seq) from events) returning xid, seq)
      update event_feed set removed_xid = removed.xid, removed_seq = removed.seq from removed`;
    const { status, json } = await world.get('/events', { after: '1-1' });
    expect({ status, code: json['code'] }).toEqual({ status: 410, code: 'FeedExpired' });
    expect(before.ids).toHaveLength(1);
    const [kept = ''] = await world.succeed();
    const oldest = await page(world);
    expect(oldest.ids).toEqual([kept]);
    // Nothing was removed behind that one.
    expect(await page(world, { after: oldest.next })).toEqual({ ids: [], next: oldest.next });
  });

  it('is kept for RETENTION_DAYS: then its positions are refused, and it begins anew', async () => {
    const world = await startDelivering();
    const { next } = await page(world, { after: 'now' });
    await world.succeed(2);
    await world.pass(31 * 86_400);
    const [later = ''] = await world.succeed();
    expect(await world.store.transaction((sql) => retireEvents(sql, 30, 500))).toBe(2);
    expect((await world.get('/events', { after: next })).status).toBe(410);
    expect((await page(world)).ids).toEqual([later]);
  });

  it('refuses a position that this database has not reached: it was restored since', async () => {
    const world = await startDelivering();
    const { status, json } = await world.get('/events', { after: '9000000000000000000-1' });
    expect({ status, code: json['code'] }).toEqual({ status: 410, code: 'FeedExpired' });
  });

  it.each([
    ['after', '12'],
    ['after', 'then'],
    ['after', '99999999999999999999-1'],
    ['types', 'jobwatch.job.done'],
    ['limit', '501'],
    ['since', '1'],
  ])('refuses %s=%s', async (name, value) => {
    const world = await startDelivering();
    const { status, json } = await world.get('/events', { [name]: value });
    expect({ status, code: json['code'] }).toEqual({ status: 400, code: 'InvalidInput' });
  });
});

it('the release before writes events that have their place in the feed', async () => {
  const world = await startDelivering();
  const { next } = await page(world, { after: 'now' });
  // Its statement, without the new columns.
  await insertEvent(world.sql, 'before-1');
  expect((await page(world, { after: next })).ids).toEqual(['before-1']);
});
