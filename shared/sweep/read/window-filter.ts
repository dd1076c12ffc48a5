import type { Fragment, Sql } from '../../store/store.ts';
import type { Run } from '../../throttle/run.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';

/** A listing whose window CI ignored: so long the group is listed whole. */
const UNFILTERED_SECONDS = 86_400;

/** Tells, and notes for a day, that CI ignored the window of a listing. */
export async function noteUnfiltered({ store, log }: Run, group: Group): Promise<void> {
  if (!(await store.transaction((sql) => markUnfiltered(sql, group)))) return;
  log.warn(
    'CI listed jobs of other creation times than were asked for: the group is listed whole for a day',
    {
      code: 'WindowIgnored',
      ...group,
    },
  );
}

/** Notes that CI ignores the window of a listing. False when it was noted already. */
async function markUnfiltered(sql: Sql, group: Group): Promise<boolean> {
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

/** The condition of `watch_groups g`; a time that lies further ahead was written before the clock was put back. */
function isUnfiltered(sql: Sql): Fragment {
  return sql`coalesce(g.unfiltered_until between jobwatch_now()
    and jobwatch_now() + ${UNFILTERED_SECONDS} * interval '1 second', false)`;
}
