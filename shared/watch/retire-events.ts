import { timeOf } from '../store/cursor.ts';
import type { Sql } from '../store/store.ts';
import { scanOn } from './retire-position.ts';

/**
 * Removes events that are older than `days`, with their deliveries, of which none is under way or has ended since. Looks
 * at `rows` of them, by their age.
 */
export function retireEvents(sql: Sql, days: number, rows: number): Promise<number> {
  return scanOn(sql, 'events', async ([afterUs = '0', afterSeq = '0']) => {
    const [seen] = await sql<{ last: string[] | null; seqs: string[] }[]>`
      with seen as (
        select at, seq from events
        where (at, seq) > (${timeOf(sql, afterUs)}, ${afterSeq}::bigint)
          and at < (select jobwatch_now() - ${days} * interval '1 day')
        order by at, seq limit ${rows}
      ), locked as (
        -- an array: they are looked up by their keys whatever the planner thinks of their number
        select seq from events where seq = any(array(select seq from seen)) for update skip locked
      )
      select array(select seq::text from locked) as seqs, (
        select array[(extract(epoch from at) * 1000000)::bigint::text, seq::text] from seen
        order by at desc, seq desc limit 1) as last`;
    if (seen === undefined || seen.last === null) return { last: null, removed: 0 };
    // A statement of its own sees what was committed before the events were locked. A delivery that
    // another transaction has locked may be sent again in a moment: it keeps its event.
    const [removed] = await sql<{ events: number }[]>`
      with locked as (
        select id, state, ended_at from deliveries where event_seq = any(${seen.seqs}::bigint[]) for update skip locked
      ), removed as (
        delete from events where seq = any(${seen.seqs}::bigint[]) and seq not in (
          select d.event_seq from deliveries d left join locked using (id)
          where d.event_seq = any(${seen.seqs}::bigint[])
            and (locked.id is null or locked.state = 'pending'
              or locked.ended_at >= (select jobwatch_now() - ${days} * interval '1 day')))
        returning xid, seq
      ), noted as (
        -- from here on the feed is whole, and no further back
        update event_feed f set removed_xid = r.xid, removed_seq = r.seq
        from (select xid, seq from removed order by xid desc, seq desc limit 1) as r
        where (r.xid, r.seq) > (f.removed_xid, f.removed_seq)
      )
      select count(*)::int as events from removed`;
    return { last: seen.last, removed: removed?.events ?? 0 };
  });
}
