import { inTransactions } from '../../store/in-batches.ts';
import type { Sql } from '../../store/store.ts';
import { type Group, groupKey } from '../../watch/cohorts/cohort.ts';
import { recordChanges } from '../../watch/record-changes.ts';
import type { WatchRow } from '../../watch/watch.ts';
import { heldBy, type NextCheck, setApart } from '../apart.ts';
import { type Hold, nextDelayMs } from '../hold.ts';
import type { Asked } from '../read/asked.ts';
import type { IdResults } from '../read/id-results.ts';
import { forgetAlarm, holdMissing, readMissing } from './missing-facts.ts';

/** When at least this many ids were read and half of them or more are unknown, it is CI that errs and not the jobs. */
const MASS_VANISH_FROM = 10;
const MASS_VANISH_SHARE = 0.5;
export const MASS_VANISH_HOLD_SECONDS = 3600;
/** Ids that CI itself must have named as unknown, in checks in a row, before a watch is closed as Missing. */
const MISSES_TO_CLOSE = 3;

/** What a round read of a group: ids that CI does not know, and how many it described as open. */
interface GroupRead {
  readonly group: Group;
  readonly unknown: Asked[];
  open: number;
}

/**
 * Counts the ids that CI no longer knows, group by group, and closes those that it has not known for long enough, while
 * the cohorts that they belong to are still held.
 */
export async function closeMissing(hold: Hold, { unknown, described }: IdResults): Promise<void> {
  const groups = new Map<string, GroupRead>();
  const ofGroup = (group: Group) => {
    const key = groupKey(group);
    const known = groups.get(key) ?? { group, unknown: [], open: 0 };
    groups.set(key, known);
    return known;
  };
  for (const asked of unknown) ofGroup(asked.group).unknown.push(asked);
  // Members are counted with their cohorts.
  for (const { cohort, group } of described) if (cohort === undefined) ofGroup(group).open += 1;
  for (const { cohort, open } of hold.round.cohorts) {
    const known = groups.get(groupKey(cohort.group));
    if (known) known.open += open.size;
  }
  for (const read of groups.values()) await closeOfGroup(hold, read);
}

async function closeOfGroup(hold: Hold, { group, unknown, open }: GroupRead): Promise<void> {
  const { run, token } = hold;
  const facts = await run.store.transaction((sql) => readMissing(sql, token, { group, open }));
  const missing = unknown.length + facts.missed;
  const seen = missing + open + facts.open;
  const enough = seen >= MASS_VANISH_FROM;
  const tooMany = enough && missing >= seen * MASS_VANISH_SHARE;
  // CI has recovered: if many vanish once more, that is another alarm.
  if (enough && !tooMany && facts.alarmed && !facts.held) {
    await run.store.transaction((sql) => forgetAlarm(sql, group));
  }
  const alarms = tooMany && !facts.alarmed;
  if (alarms) {
    run.log.error('many jobs vanished at once: none is closed for an hour', {
      code: 'MassVanish',
      ...group,
      gone: missing,
      seen,
    });
    await run.store.transaction((sql) => holdMissing(sql, group, MASS_VANISH_HOLD_SECONDS));
  }
  const next = unknown.map(({ jobId, createdMs }) => ({ jobId, delayMs: nextDelayMs(hold, createdMs) }));
  const fence = { token, graceSeconds: run.limits.missingGraceSeconds };
  const closed = await inTransactions(run.store, next, async (sql, batch) => {
    if (!alarms && !facts.held) return await countMisses(sql, fence, batch);
    await setApart(sql, token, batch);
    return [];
  });
  const { length } = closed.flat();
  run.tally.changed += length;
  run.tally.finished += length;
  run.tally.recovered += length;
}

/**
 * Counts that CI did not know these jobs, and closes those it has not known three times in a row as Missing, unless
 * they are too young. The others stand apart until their next check. Returns the ids that were closed.
 */
export async function countMisses(
  sql: Sql,
  { token, graceSeconds }: { readonly token: string; readonly graceSeconds: number },
  next: readonly NextCheck[],
): Promise<string[]> {
  const missed = await sql<(WatchRow & { closes: boolean; now: Date })[]>`
    with held as (${heldBy(sql, token, next)})
    update watches w set
      errors = 0, last_error = '',
      misses = w.misses + 1,
      apart_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
      claim_token = null, claimed_until = null
    from held
    where w.job_id = held.job_id
    returning w.*, w.misses >= ${MISSES_TO_CLOSE}
      -- a watch has the created_at of its submission, which may have waited for long
      and greatest(w.created_at, w.job_created_at) < jobwatch_now() - ${graceSeconds} * interval '1 second' as closes,
      jobwatch_now() as now`;
  const closing = missed.filter((row) => row.closes).sort((a, b) => (a.job_id < b.job_id ? -1 : 1));
  const [first] = closing;
  if (first === undefined) return [];
  await recordChanges(
    sql,
    closing.map((row) => ({
      row,
      changed: true,
      state: row.state,
      outcome: 'Missing' as const,
      source: 'recheck' as const,
      // What was asked before is overtaken.
      observedAtMs: first.now.getTime(),
      job: row.job,
      jobCreatedAtMs: row.job_created_at.getTime(),
    })),
    first.now,
  );
  return closing.map((row) => row.job_id);
}
