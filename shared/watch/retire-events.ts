import { lookOn } from './retire-position.ts';
import type { Sql } from './store.ts';

/**
 * Removes events that are older than `days`, with their deliveries, of which none is under way or has ended since. Looks
 * at `rows` of them in the order in which they were written, which is that of their age but for a clock that jumped.
 */
export function retireEvents(sql: Sql, days: number, rows: number): Promise<number> {
  return lookOn(sql, 'events', async ([after = '0']) => {
    const [seen] = await sql<{ last: string | null; seqs: string[] }[]>`
      with seen as (
        select seq, at < (select jobwatch_now() - ${days} * interval '1 day') as is_old
        from events where seq > ${after}::bigint order by seq limit ${rows}
      ), locked as (
        -- an array: they are looked up by their keys whatever the planner thinks of their number
        select seq from events where seq = any(array(select seq from seen where is_old)) for update skip locked
      )
      select (select max(seq)::text from seen where is_old) as last, array(select seq::text from locked) as seqs`;
    const { last = null, seqs = [] } = seen ?? {};
    if (last === null || seqs.length === 0) return { last: last === null ? null : [last], removed: 0 };
    // A statement of its own sees what was committed before the events were locked. A delivery in somebody's hands,
    // which may be on its way again in a moment, keeps its event.
    const { count } = await sql`
      with locked as (
        select id, state, ended_at from deliveries where event_seq = any(${seqs}::bigint[]) for update skip locked
      )
      delete from events where seq = any(${seqs}::bigint[]) and seq not in (
        select d.event_seq from deliveries d left join locked using (id)
        where d.event_seq = any(${seqs}::bigint[])
          and (locked.id is null or locked.state = 'pending'
            or locked.ended_at >= (select jobwatch_now() - ${days} * interval '1 day')))`;
    return { last: [last], removed: count };
  });
}
