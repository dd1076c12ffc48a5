import type { Sql } from '../../store/store.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { isOfGroup } from '../../watch/cohorts/of-group.ts';

/** Many that stay gone for so long after an alarm are gone indeed: they are closed, and there is no second alarm. */
const MISSING_ALARM_SECONDS = 86_400;

export interface MissingFacts {
  /** open watches that the last reading of each cohort saw, without those that the token holds */
  readonly open: number;
  /** open watches that CI did not know when it was asked last, without those that the token holds */
  readonly missed: number;
  /** no watch of the group is closed as Missing for now */
  readonly held: boolean;
  /** there was an alarm about many that vanished not long ago */
  readonly alarmed: boolean;
}

/**
 * What shows whether many jobs of a group have vanished at once: over the last reading of all its cohorts.
 * @param open watches that this sweep has read open
 */
export async function readMissing(
  sql: Sql,
  token: string,
  { group, open }: { readonly group: Group; readonly open: number },
): Promise<MissingFacts> {
  const [facts] = await sql<MissingFacts[]>`
    with row_sum as (
      select coalesce(sum(c.open), 0)::int as open from watch_cohorts c
      where ${isOfGroup(sql, group)} and c.lease_token is distinct from ${token}
    )
    select row_sum.open,
      -- no more are counted than it takes to know that they are half; those that the token holds it has just asked about
      (select count(*)::int from (
        select 1 from watches w
        where w.outcome = '' and w.apart_at is not null and w.misses > 0
          and (w.bucket, w.region, w.tag, w.queue_id) = (${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id})
          and w.claim_token is distinct from ${token}
        limit row_sum.open + ${open}::int + 1) as gone) as missed,
      coalesce(c.missing_held_until > jobwatch_now(), false) as held,
      coalesce(c.missing_held_until > jobwatch_now() - ${MISSING_ALARM_SECONDS} * interval '1 second', false)
        as alarmed
    from row_sum left join watch_groups c on ${isOfGroup(sql, group)}`;
  return facts ?? { open: 0, missed: 0, held: false, alarmed: false };
}

/** Closes nothing of the group as Missing for an hour: so many do not vanish at once by themselves. */
export async function holdMissing(sql: Sql, group: Group, seconds: number): Promise<void> {
  await sql`
    insert into watch_groups as g (bucket, region, tag, queue_id, missing_held_until)
    values (${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id},
      jobwatch_now() + ${seconds} * interval '1 second')
    on conflict (bucket, region, tag, queue_id) do update set missing_held_until = excluded.missing_held_until`;
}

/** From now on many that vanish are an alarm again. */
export async function forgetAlarm(sql: Sql, group: Group): Promise<void> {
  await sql`
    update watch_groups c set missing_held_until = null where ${isOfGroup(sql, group)}`;
}
