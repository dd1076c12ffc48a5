import type { Sql } from '../../store/store.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';

/** A listing whose window CI ignored: so long the group is listed whole. */
const UNFILTERED_SECONDS = 86_400;
/** Many that stay gone for so long after an alarm are gone indeed: they are closed, and there is no second alarm. */
const MISSING_ALARM_SECONDS = 86_400;

export interface MissingFacts {
  /** open watches that the last reading of each cohort saw, without those that the token holds */
  readonly open: number;
  /** open watches that CI did not know when it was asked last, without those that the token holds */
  readonly missed: number;
  /** no watch of the group is closed as Missing for now */
  readonly held: boolean;
  /** an alarm about many that vanished was given not long ago */
  readonly alarmed: boolean;
}

/**
 * What tells whether many jobs of a group have vanished at once: over the last reading of all its cohorts.
 * @param open watches that this sweep has read open
 */
export async function readMissing(
  sql: Sql,
  group: Group,
  token: string,
  open: number,
): Promise<MissingFacts> {
  const { bucket, region, tag, queue_id } = group;
  const [facts] = await sql<MissingFacts[]>`
    with row_sum as (
      select coalesce(sum(open), 0)::int as open from watch_cohorts
      where bucket = ${bucket} and region = ${region} and tag = ${tag} and queue_id = ${queue_id}
        and lease_token is distinct from ${token}
    )
    select row_sum.open,
      -- no more are counted than it takes to know that they are half; those that the token holds it has just asked about
      (select count(*)::int from (
        select 1 from watches
        where outcome = '' and apart_at is not null and misses > 0
          and bucket = ${bucket} and region = ${region} and tag = ${tag} and queue_id = ${queue_id}
          and claim_token is distinct from ${token}
        limit row_sum.open + ${open}::int + 1) as gone) as missed,
      coalesce(g.missing_held_until > jobwatch_now(), false) as held,
      coalesce(g.missing_held_until > jobwatch_now() - ${MISSING_ALARM_SECONDS} * interval '1 second', false)
        as alarmed
    from row_sum
    left join watch_groups g
      on g.bucket = ${bucket} and g.region = ${region} and g.tag = ${tag} and g.queue_id = ${queue_id}`;
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
    update watch_groups set missing_held_until = null
    where bucket = ${group.bucket} and region = ${group.region}
      and tag = ${group.tag} and queue_id = ${group.queue_id}`;
}

/** Notes that CI ignores the window of a listing. False when it was noted already. */
export async function markUnfiltered(sql: Sql, group: Group): Promise<boolean> {
  const marked = await sql`
    insert into watch_groups as g (bucket, region, tag, queue_id, unfiltered_until)
    values (${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id},
      jobwatch_now() + ${UNFILTERED_SECONDS} * interval '1 second')
    on conflict (bucket, region, tag, queue_id) do update set unfiltered_until = excluded.unfiltered_until
      where not ${isUnfiltered(sql)}
    returning 1`;
  return marked.length === 1;
}

/** Those of the groups whose listings CI does not narrow to a window. */
export async function unfilteredGroups(sql: Sql, groups: readonly Group[]): Promise<Group[]> {
  return await sql<Group[]>`
    select g.bucket, g.region, g.tag, g.queue_id
    from json_to_recordset(${JSON.stringify(groups)}::text::json) as n (bucket text, region text, tag text, queue_id text)
    join watch_groups g
      on (g.bucket, g.region, g.tag, g.queue_id) = (n.bucket, n.region, n.tag, n.queue_id)
    where ${isUnfiltered(sql)}`;
}

/** The condition of `watch_groups g`; a time that lies further ahead is one of a clock that was put back since. */
function isUnfiltered(sql: Sql) {
  return sql`coalesce(g.unfiltered_until between jobwatch_now()
    and jobwatch_now() + ${UNFILTERED_SECONDS} * interval '1 second', false)`;
}
