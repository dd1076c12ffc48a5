import type { Fragment, Sql } from '../../store/store.ts';
import { type Group, groupKey } from '../../watch/cohorts/cohort.ts';
import { isOfGroup } from '../../watch/cohorts/of-group.ts';
import {
  type CohortRow,
  cohortColumns,
  isFree,
  type StoredCohort,
  toCohort,
} from '../../watch/cohorts/rows.ts';
import { fillSeats, JOBS_PER_PAGE } from '../read/plan.ts';
import { unfilteredGroups } from '../read/window-filter.ts';
import type { Claimant, Kind } from './kind.ts';
import { cohortKeys, lease } from './lease.ts';

/** Of one group a sweep takes so many watches at a time: the rest is left to others. */
const CLAIM_WATCHES = 5000;
export const CLAIM_COHORTS = 25;
/** Rows of the groups concerned that one statement reads for each. */
const NEIGHBOURS = 20;
/** Cohorts, the longest due first, that are looked at for small ones, which fill the last request of a round. */
const SEAT_ROWS = 200;

export interface Claim {
  /** due, and ours now */
  readonly claimed: readonly StoredCohort[];
  /** all cohorts of their groups, or the youngest of very many */
  readonly around: readonly StoredCohort[];
  /** those of their groups that CI lists whole, whatever window is asked for */
  readonly unfiltered: readonly Group[];
}

/**
 * Leases cohorts that were due when the sweep began: many small ones, the longest due first, or neighbours of one large
 * group. What somebody else holds, or is taking right now, is passed over.
 * @param most cohorts
 */
export async function claimDue(sql: Sql, claimant: Claimant, most: number): Promise<Claim> {
  const { kind, token, startedAt } = claimant;
  await lockKind(sql, kind);
  const isDue = sql`c.next_check_at <= ${startedAt} and ${isFree(sql)}`;
  const longestDue = await select(
    sql,
    { where: sql`${isKind(sql, kind)} and ${isDue}`, order: sql`c.next_check_at` },
    most,
  );
  const [first] = longestDue;
  if (first === undefined) return { claimed: [], around: [], unfiltered: [] };
  const isSmall = ({ open }: StoredCohort) => open < JOBS_PER_PAGE;
  const candidates = isSmall(first)
    ? longestDue.filter(isSmall)
    : await select(
        sql,
        { where: sql`${isOfGroup(sql, first.group)} and ${isDue}`, order: sql`c.starts_at` },
        most,
      );
  let watches = 0;
  const claimed = candidates.filter(({ open }) => {
    const fits = watches < CLAIM_WATCHES;
    if (fits) watches += open;
    return fits;
  });
  await lease(sql, token, claimed);
  const groups = [...new Map(claimed.map(({ group }) => [groupKey(group), group])).values()];
  return {
    claimed,
    around: await readAround(sql, groups, most * NEIGHBOURS),
    unfiltered: await unfilteredGroups(sql, groups),
  };
}

/** Leases more cohorts if they are still free. */
export async function claimBeside(
  sql: Sql,
  token: string,
  cohorts: readonly StoredCohort[],
): Promise<StoredCohort[]> {
  if (cohorts.length === 0) return [];
  const free = await sql<CohortRow[]>`
    select ${cohortColumns(sql)} from watch_cohorts c
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at) in (${cohortKeys(sql, cohorts)}) and ${isFree(sql)}
    for update of c skip locked`;
  const taken = free.map(toCohort);
  await lease(sql, token, taken);
  return taken;
}

/**
 * Leases small cohorts that fit whole into the seats that a last request has left: those that are still due, then those
 * that are due next.
 */
export async function claimSeats(
  sql: Sql,
  { kind, token }: Claimant,
  seats: number,
): Promise<StoredCohort[]> {
  const next = await sql<CohortRow[]>`
    with next as (
      select c.bucket, c.region, c.tag, c.queue_id, c.starts_at from watch_cohorts c
      where ${isKind(sql, kind)} and ${isFree(sql)}
      order by c.next_check_at
      limit ${SEAT_ROWS}
    )
    select ${cohortColumns(sql)} from watch_cohorts c
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at) in (select * from next)
      and ${isFree(sql)} and c.errors = 0 and c.open between 1 and ${seats}
    order by c.next_check_at
    for update of c skip locked`;
  const chosen = fillSeats(seats, next.map(toCohort));
  await lease(sql, token, chosen);
  return chosen;
}

/**
 * Sweeps take what is due of a kind one after the other: two that pass over each other's rows would each get a part, and
 * each part would cost requests of its own.
 */
export async function lockKind(sql: Sql, { bucket, region, tag }: Kind): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(['claim', bucket, region, tag])}, 0))`;
}

async function select(
  sql: Sql,
  { where, order }: { readonly where: Fragment; readonly order: Fragment },
  most: number,
): Promise<StoredCohort[]> {
  const rows = await sql<CohortRow[]>`
    select ${cohortColumns(sql)} from watch_cohorts c
    where ${where}
    order by ${order}
    limit ${most}
    for update of c skip locked`;
  return rows.map(toCohort);
}

async function readAround(sql: Sql, groups: readonly Group[], most: number): Promise<StoredCohort[]> {
  const each = Math.max(1, Math.floor(most / groups.length));
  const rows = await sql<CohortRow[]>`
    select r.* from json_to_recordset(${JSON.stringify(groups)}::text::json) as g
      (bucket text, region text, tag text, queue_id text)
    cross join lateral (
      select ${cohortColumns(sql)} from watch_cohorts c
      where (c.bucket, c.region, c.tag, c.queue_id) = (g.bucket, g.region, g.tag, g.queue_id)
      order by c.starts_at desc limit ${each}
    ) as r`;
  return rows.map(toCohort);
}

function isKind(sql: Sql, { bucket, region, tag }: Kind) {
  return sql`(c.bucket, c.region, c.tag) = (${bucket}, ${region}, ${tag})`;
}
