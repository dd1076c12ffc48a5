import type { Sql } from '../../store/store.ts';
import {
  type CohortRow,
  cohortColumns,
  isFree,
  type StoredCohort,
  toCohort,
} from '../../watch/cohorts/rows.ts';
import { JOBS_PER_PAGE } from '../read/listing-cost.ts';
import { fillSeats } from '../read/seats.ts';
import { lease, named } from './lease.ts';

/** Of one group a sweep takes so many watches at a time: the rest is left to others. */
const CLAIM_WATCHES = 5000;
export const CLAIM_COHORTS = 25;
/** Rows of the groups concerned that one statement reads for each. */
const NEIGHBOURS = 20;
/** Cohorts that are due next and looked at for small ones, which fill the last request. */
const SEAT_ROWS = 200;

/** What one worker of a sweep goes through: jobs of one bucket and tag can be asked about together. */
export interface Kind {
  readonly bucket: string;
  readonly region: string;
  readonly tag: string;
}

export interface Claim {
  /** due, and ours now */
  readonly claimed: readonly StoredCohort[];
  /** all cohorts of their groups, or the youngest of very many */
  readonly around: readonly StoredCohort[];
}

/**
 * Leases cohorts that were due when the sweep began: many small ones, the longest due first, or neighbours of one large
 * group. What somebody else holds, or is taking right now, is passed over.
 * @param most cohorts
 */
export async function claimDue(
  sql: Sql,
  kind: Kind,
  token: string,
  startedAt: Date,
  most: number,
): Promise<Claim> {
  await lockKind(sql, kind);
  const longestDue = await select(
    sql,
    sql`${isKind(sql, kind)} and c.next_check_at <= ${startedAt} and ${isFree(sql)}`,
    sql`c.next_check_at`,
    most,
  );
  const [first] = longestDue;
  if (first === undefined) return { claimed: [], around: [] };
  const isSmall = ({ open }: StoredCohort) => open < JOBS_PER_PAGE;
  const { bucket, region, tag, queue_id } = first.group;
  const candidates = isSmall(first)
    ? longestDue.filter(isSmall)
    : await select(
        sql,
        sql`(c.bucket, c.region, c.tag, c.queue_id) = (${bucket}, ${region}, ${tag}, ${queue_id})
          and c.next_check_at <= ${startedAt} and ${isFree(sql)}`,
        sql`c.starts_at`,
        most,
      );
  let watches = 0;
  const claimed = candidates.filter(({ open }) => {
    const fits = watches < CLAIM_WATCHES;
    if (fits) watches += open;
    return fits;
  });
  await lease(sql, token, claimed);
  return { claimed, around: await readAround(sql, claimed, most * NEIGHBOURS) };
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
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at) in (${named(sql, cohorts)}) and ${isFree(sql)}
    for update of c skip locked`;
  const taken = free.map(toCohort);
  await lease(sql, token, taken);
  return taken;
}

/** Leases small cohorts, those that are due next, that fit whole into the seats that a last request has left. */
export async function claimSeats(
  sql: Sql,
  kind: Kind,
  token: string,
  startedAt: Date,
  seats: number,
): Promise<StoredCohort[]> {
  const next = await sql<CohortRow[]>`
    with next as (
      select c.bucket, c.region, c.tag, c.queue_id, c.starts_at from watch_cohorts c
      where ${isKind(sql, kind)} and c.next_check_at > ${startedAt}
      order by c.next_check_at
      limit ${SEAT_ROWS}
    )
    select ${cohortColumns(sql)} from watch_cohorts c
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at) in (select * from next)
      and c.next_check_at > ${startedAt} and ${isFree(sql)} and c.errors = 0 and c.open between 1 and ${seats}
    order by c.next_check_at
    for update of c skip locked`;
  const chosen = fillSeats(seats, next.map(toCohort));
  await lease(sql, token, chosen);
  return chosen;
}

/**
 * One after the other takes what is due of a kind: two that pass over each other's rows would each get a part, and each part
 * would cost requests of its own.
 */
export async function lockKind(sql: Sql, { bucket, region, tag }: Kind): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(['claim', bucket, region, tag])}, 0))`;
}

type Fragment = ReturnType<typeof isFree>;

async function select(sql: Sql, where: Fragment, order: Fragment, most: number): Promise<StoredCohort[]> {
  const rows = await sql<CohortRow[]>`
    select ${cohortColumns(sql)} from watch_cohorts c
    where ${where}
    order by ${order}
    limit ${most}
    for update of c skip locked`;
  return rows.map(toCohort);
}

async function readAround(sql: Sql, claimed: readonly StoredCohort[], most: number): Promise<StoredCohort[]> {
  const groups = new Map(claimed.map(({ group }) => [JSON.stringify(group), group]));
  const each = Math.max(1, Math.floor(most / groups.size));
  const rows = await sql<CohortRow[]>`
    select r.* from json_to_recordset(${JSON.stringify([...groups.values()])}::text::json) as g
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
