import { texts } from '../store/sql-values.ts';
import type { Sql } from '../store/store.ts';
import { scanOn } from './retire-position.ts';

/**
 * Removes what is known of objects for rules that are gone, `days` after the last event: for a rule that exists it is
 * kept, else an object that was written long ago would be new to it. Looks at `rows` of them, by their keys.
 */
export function retireVersions(
  sql: Sql,
  { days, rules, rows }: { days: number; rules: readonly string[]; rows: number },
): Promise<number> {
  return scanOn(sql, 'versions', async ([bucket = '', region = '', object = '', rule = '']) => {
    const [seen] = await sql<{ last: string[] | null; removed: number }[]>`
      with seen as (
        select bucket, region, object, rule from object_versions
        where (bucket, region, object, rule) > (${bucket}, ${region}, ${object}, ${rule})
        order by bucket, region, object, rule limit ${rows}
      ), old as (
        select v.bucket, v.region, v.object, v.rule from object_versions v join seen using (bucket, region, object, rule)
        where v.seen_at < (select jobwatch_now() - ${days} * interval '1 day')
          and v.rule not in ${texts(sql, rules)}
        for update of v skip locked
      ), removed as (
        delete from object_versions v using old
        where (v.bucket, v.region, v.object, v.rule) = (old.bucket, old.region, old.object, old.rule)
        returning 1
      )
      select (select count(*)::int from removed) as removed, (
        select array[bucket, region, object, rule] from seen
        order by bucket desc, region desc, object desc, rule desc limit 1) as last`;
    return seen ?? { last: null, removed: 0 };
  });
}
