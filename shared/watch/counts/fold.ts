import { metStatementLimit, untilFewer } from '../../store/in-batches.ts';
import type { Sql } from '../../store/store.ts';
import type { Run } from '../../throttle/run.ts';
import { addTotals, knownCodes } from './add-totals.ts';
import { beginningOf, PERIODS, type Period } from './period.ts';
import { totalsOf, type UnfoldedChange } from './total.ts';

/** Rows of a kind that one statement folds or removes. */
const FOLD_ROWS = 500;

/**
 * Adds what was counted since the last time to the tables of quarter hours, hours and days, and removes what those keep
 * no longer. What is folded leaves where it was in the transaction that adds it: whoever is killed has done nothing.
 */
export async function foldCounts({
  store,
  clock,
  log,
  deadlineMs,
}: Pick<Run, 'store' | 'clock' | 'log' | 'deadlineMs'>): Promise<void> {
  const hasTime = () => clock.now() < deadlineMs;
  try {
    for (const work of [foldOutcomes, foldMarks, ...PERIODS.map(removeOld)]) {
      await untilFewer(FOLD_ROWS, (rows) => store.transaction((sql) => alone(sql, rows, work)), hasTime);
    }
  } catch (error) {
    if (!metStatementLimit(error)) throw error;
    log.warn('outcomes could not be added up: the next sweep will try', { code: 'NotFolded', error });
  }
}

/** One at a time: others leave it to who is at it. */
async function alone(
  sql: Sql,
  rows: number,
  work: (sql: Sql, rows: number) => Promise<number>,
): Promise<number> {
  const [turn] = await sql<{ mine: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended('jobwatch fold', 0)) as mine`;
  return turn?.mine ? await work(sql, rows) : 0;
}

async function foldOutcomes(sql: Sql, rows: number): Promise<number> {
  const changes = await sql<UnfoldedChange[]>`
    delete from outcome_changes
    where id = any(array(select id from outcome_changes order by id limit ${rows}))
    returning *`;
  for (const period of changes.length === 0 ? [] : PERIODS) {
    const beginning = (atMs: number) => beginningOf(period, atMs);
    const codesOf = await knownCodes(sql, period, changes);
    await addTotals(sql, period, totalsOf(changes, beginning, codesOf));
  }
  return changes.length;
}

/** The sum of what is folded and what is not stays as it is. */
async function foldMarks(sql: Sql, rows: number): Promise<number> {
  const [folded] = await sql<{ count: number }[]>`
    with gone as (
      delete from change_marks where id = any(array(select id from change_marks order by id limit ${rows})) returning 1
    ), added as (
      update changes_folded set count = count + (select count(*) from gone) where exists (select 1 from gone)
    )
    select count(*)::int as count from gone`;
  return folded?.count ?? 0;
}

function removeOld({ table, keptMs }: Period) {
  return async (sql: Sql, rows: number): Promise<number> => {
    // By where they lie: nobody else writes there meanwhile.
    const { count } = await sql`
      delete from ${sql(table)} where ctid = any(array(
        select ctid from ${sql(table)}
        where at < (select jobwatch_now() - ${keptMs} * interval '1 millisecond')
        order by at limit ${rows}))`;
    return count;
  };
}
