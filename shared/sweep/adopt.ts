import { BATCH_ROWS, untilFewer } from '../store/in-batches.ts';
import type { Sql } from '../store/store.ts';
import type { Run } from '../throttle/run.ts';
import { TICK_MS } from '../throttle/schedule.ts';
import { coverGroups, type NewMember } from '../watch/cohorts/cover-groups.ts';

/**
 * Takes in the open watches of the release before, which knows no cohorts: those that were there when the schema changed,
 * and those that its functions still insert. Nothing is asked of CI for it: what is known of them decides where they go.
 */
export async function adoptWatches(run: Run): Promise<void> {
  // However many they are, what is due is checked too.
  const untilMs = (run.clock.now() + run.deadlineMs) / 2;
  const hasTime = () => run.clock.now() < untilMs;
  await untilFewer(BATCH_ROWS, (rows) => run.store.transaction((sql) => adopt(sql, rows)), hasTime);
}

async function adopt(sql: Sql, rows: number): Promise<number> {
  const adopted = await sql<(NewMember & { apart: boolean })[]>`
    with unadopted as (
      select job_id from watches
      where outcome = '' and apart_at = '-infinity'
      -- in the order of the index, or a planner that knows no better reads the whole table
      order by bucket, region, tag, apart_at
      limit ${rows}
      for update skip locked
    )
    update watches w set apart_at = case
      -- its cohort may read it as soon as CI has described it, and nothing was wrong with it
      when w.tag <> '' and w.queue_id <> '' and w.errors = 0 and w.misses = 0
        and w.job->>'CreationTime' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[+-][0-9]{4}$' then null
      else w.next_check_at end
    from unadopted
    where w.job_id = unadopted.job_id
    returning w.bucket, w.region, w.tag, w.queue_id, w.apart_at is not null as apart,
      ${TICK_MS}::float8 as "delayMs"`;
  await coverGroups(
    sql,
    adopted.filter(({ apart }) => !apart),
  );
  return adopted.length;
}
