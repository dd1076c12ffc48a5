import type { Sql } from '../../store/store.ts';
import { LEASE_SECONDS } from '../../sweep/claim/lease.ts';
import type { Lane } from '../../throttle/lanes.ts';
import type { IntentRow } from '../intent.ts';

/** Claims what is due of a lane, the first in line. @param withOrders also of what orders ask for, behind all others */
export async function claimOfLane(
  sql: Sql,
  { kind, bucket, region, rule }: Lane,
  token: string,
  most: number,
  withOrders: boolean,
): Promise<IntentRow[]> {
  const inLane = sql`settled_at is null and bucket = ${bucket} and region = ${region} and ${
    kind === 'submit' ? sql`state = 'pending' and rule = ${rule}` : sql`state in ('posting', 'doubtful')`
  } and ${isDue(sql)}`;
  const claimed = await sql<IntentRow[]>`
    with live as (
      select id from intents where ${inLane} and behind_of is null
      order by next_try_at limit ${most} for update skip locked
    ), behind as (
      -- what orders ask for comes after all others, however long it waits
      select id from intents where ${inLane} and behind_of is not null and ${withOrders}
      order by next_try_at limit ${most} - (select count(*) from live) for update skip locked
    ), due as (select id from live union all select id from behind)
    ${leased(sql, token)}`;
  return claimed.sort((a, b) => rank(a) - rank(b) || a.next_try_at.getTime() - b.next_try_at.getTime());
}

function rank({ behind_of }: IntentRow): number {
  return behind_of === null ? 0 : 1;
}

/** Claims those of these that are still due to be posted. */
export async function claimGiven(sql: Sql, ids: readonly string[], token: string): Promise<IntentRow[]> {
  return await sql<IntentRow[]>`
    with due as (
      select id from intents
      where id in ${sql(ids)} and settled_at is null and state = 'pending' and ${isDue(sql)}
      order by next_try_at
      for update skip locked
    )
    ${leased(sql, token)}`;
}

/** Gives back what was claimed and not begun: it is due as it was. */
export async function giveBackIntents(sql: Sql, ids: readonly string[], token: string): Promise<void> {
  await sql`
    update intents set claim_token = null, claimed_until = null
    where id in ${sql(ids)} and claim_token = ${token} and settled_at is null`;
}

/** The condition that an intent may be claimed now; a POST of it may not be under way. */
export function isDue(sql: Sql) {
  return sql`next_try_at <= (select jobwatch_now())
    and (claimed_until is null or claimed_until < jobwatch_now())
    and (post_until is null or post_until < jobwatch_now())`;
}

function leased(sql: Sql, token: string) {
  return sql`
    update intents i set
      claim_token = ${token}, claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    from due where i.id = due.id
    returning i.*`;
}
