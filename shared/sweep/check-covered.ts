import { createBatchSize, inHalves, inTransactions } from '../store/in-batches.ts';
import { isRecent } from '../store/sql-values.ts';
import type { Sql } from '../store/store.ts';
import type { Run } from '../throttle/run.ts';
import { TICK_MS } from '../throttle/schedule.ts';
import type { Group } from '../watch/cohorts/cohort.ts';
import { coverGroups } from '../watch/cohorts/cover-groups.ts';

/** How often it is made sure that every open watch stands in a cohort or apart. */
const COVERED_EVERY_SECONDS = 3600;
/** Groups that one statement looks at. */
const GROUP_ROWS = 500;

/**
 * Once an hour looks whether there are open watches that no group covers, and nobody would check. None is expected: each
 * is an error of ours, and is covered from then on.
 */
export async function checkCovered(run: Run): Promise<void> {
  if (!(await run.store.transaction(isTime))) return;
  const size = createBatchSize(GROUP_ROWS);
  let after: Group | undefined;
  for (let isDone = false; !isDone && run.clock.now() < run.deadlineMs; ) {
    const last = after;
    const { groups, rows } = await inHalves(size, async (rows) => ({
      groups: await run.store.transaction((sql) => groupsAfter(sql, last, rows)),
      rows,
    }));
    const uncovered = groups.filter(({ covered }) => !covered);
    if (uncovered.length > 0) await coverAll(run, uncovered);
    after = groups.at(-1);
    isDone = groups.length < rows;
  }
}

async function coverAll({ store, log }: Run, uncovered: readonly Group[]): Promise<void> {
  log.error('open watches are in no group: they are checked from now on', {
    code: 'Uncovered',
    groups: uncovered.length,
    first: uncovered[0],
  });
  const members = uncovered.map((group) => ({ ...group, delayMs: TICK_MS }));
  await inTransactions(store, members, coverGroups);
}

async function isTime(sql: Sql): Promise<boolean> {
  const due = await sql`
    update last_sweep set covered_at = jobwatch_now()
    where not ${isRecent(sql, sql`covered_at`, COVERED_EVERY_SECONDS)}
    returning 1`;
  return due.length > 0;
}

/** The groups that members stand in, in their order: one look into the index for each. */
function groupsAfter(
  sql: Sql,
  after: Group | undefined,
  rows: number,
): Promise<(Group & { covered: boolean })[]> {
  const { bucket = '', region = '', tag = '', queue_id = '' } = after ?? {};
  return sql<(Group & { covered: boolean })[]>`
    with recursive stored as (
      (select bucket, region, tag, queue_id from watches
        where outcome = '' and apart_at is null
          and (bucket, region, tag, queue_id) > (${bucket}, ${region}, ${tag}, ${queue_id})
        order by bucket, region, tag, queue_id limit 1)
      union all
      select n.* from stored s cross join lateral (
        select bucket, region, tag, queue_id from watches w
        where w.outcome = '' and w.apart_at is null
          and (w.bucket, w.region, w.tag, w.queue_id) > (s.bucket, s.region, s.tag, s.queue_id)
        order by w.bucket, w.region, w.tag, w.queue_id limit 1) as n
    )
    select s.*, exists (
      select 1 from watch_cohorts c
      where (c.bucket, c.region, c.tag, c.queue_id) = (s.bucket, s.region, s.tag, s.queue_id)
        -- one that is taken for empty is looked at once a day
        and c.empty_since is null) as covered
    from stored s
    limit ${rows}`;
}
