import type { Bucket } from '../../ci/bucket.ts';
import type { Sql } from '../../store/store.ts';
import { isPutOff, type Lane } from '../../throttle/lanes.ts';
import type { IntentRow } from '../intent.ts';
import { isDue } from './claim.ts';

/**
 * The lanes that have work and are not put off, the one that was served longest ago first, without those of buckets that
 * are `busy`. Goes from one lane to the next by the intents' own indexes.
 */
export async function dueLanes(sql: Sql, busy: readonly Bucket[]): Promise<Lane[]> {
  return await sql<Lane[]>`
    with recursive submit as (
      (select bucket, region, rule from intents
        where settled_at is null and state = 'pending' order by bucket, region, rule limit 1)
      union all
      select n.bucket, n.region, n.rule from submit s, lateral (
        select bucket, region, rule from intents
        where settled_at is null and state = 'pending' and (bucket, region, rule) > (s.bucket, s.region, s.rule)
        order by bucket, region, rule limit 1) as n
    ), ask as (
      (select bucket, region from intents
        where settled_at is null and state in ('posting', 'doubtful') order by bucket, region limit 1)
      union all
      select n.bucket, n.region from ask a, lateral (
        select bucket, region from intents
        where settled_at is null and state in ('posting', 'doubtful') and (bucket, region) > (a.bucket, a.region)
        order by bucket, region limit 1) as n
    ), due as (
      -- one row each, not "exists": that may be done by reading all that waits
      select 'submit' as kind, bucket, region, rule from submit s where (
        select true from intents i
        where settled_at is null and state = 'pending'
          and i.bucket = s.bucket and i.region = s.region and i.rule = s.rule and ${isDue(sql)}
        order by next_try_at limit 1)
      union all
      select 'ask', bucket, region, '' from ask a where (
        select true from intents i
        where settled_at is null and state in ('posting', 'doubtful')
          and i.bucket = a.bucket and i.region = a.region and ${isDue(sql)}
        order by next_try_at limit 1)
    )
    select kind, bucket, region, rule
    from due left join lanes using (kind, bucket, region, rule)
    where not coalesce(${isPutOff(sql)}, false)
      and (bucket, region) not in (
        select name, region from json_to_recordset(${JSON.stringify(busy)}::text::json) as b (name text, region text))
    order by coalesce(served, 0), kind, bucket, region, rule`;
}

/** Which of these intents are due to be posted, and the lane of each. */
export async function dueAmong(
  sql: Sql,
  ids: readonly string[],
): Promise<Pick<IntentRow, 'id' | 'bucket' | 'region' | 'rule'>[]> {
  return await sql`
    select id, bucket, region, rule from intents
    where id in ${sql(ids)} and settled_at is null and state = 'pending' and ${isDue(sql)}`;
}
