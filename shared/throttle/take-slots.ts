import { LONGEST_RETRY_AFTER_SECONDS } from '../ci/client/retry-after.ts';
import { prepared } from '../store/prepared.ts';
import type { Sql } from '../store/store.ts';

/** After SlowDown the rate is halved for this long. */
export const SLOW_SECONDS = 60;
/** No slot is given further ahead, and none that stands further ahead counts. */
export const HORIZON_MS = 60_000;
/** A hint or a submission of on-object whose turn is further away is left to recheck. */
const MAX_TURN_WAIT_MS = 5000;

/** Whose requests: the timers', those about a job that a hint named, or on-object's own submissions. */
export type Share = 'sweep' | 'hint' | 'submit';

/** The account and the region that CI counts by. */
export interface RatedPlace {
  readonly account: string;
  readonly region: string;
}

export interface WantedSlots {
  readonly share: Share;
  /** the share's next turn comes so much later than this one; 0 for sweeps, whose share is all that there is */
  readonly turnMs: number;
  /** the turn was waited for: only the slot is missing */
  readonly hasTurn: boolean;
  readonly count: number;
  /** between two slots */
  readonly intervalMs: number;
  /** what comes later than so many milliseconds from now is of no use */
  readonly withinMs: number;
}

/** Times are in milliseconds from now. */
export type TakenSlots =
  | {
      readonly outcome: 'slots';
      readonly count: number;
      readonly firstMs: number;
      readonly intervalMs: number;
    }
  /** the share's turn comes then: to be asked again with it */
  | { readonly outcome: 'turn'; readonly atMs: number }
  /** nothing was taken */
  | { readonly outcome: 'refused'; readonly waitMs: number };

interface TakenRow {
  slots: number;
  turn: boolean;
  slot_ms: number;
  turn_ms: number;
  step_ms: number;
}

/**
 * Takes slots by GCRA, in one statement. A share has a GCRA of its own: a request that comes before its turn waits
 * for it without a slot, so that no other's slots are lost meanwhile.
 *
 * The row's times were written at `touched_at`. When that lies ahead, the clock was put back, and all of them with it;
 * what lies further ahead than it can ever be set, by a clock that the previous release went by, does not count.
 */
export async function takeSlots(sql: Sql, place: RatedPlace, wanted: WantedSlots): Promise<TakenSlots> {
  let taken = await take(sql, place, wanted);
  if (taken === undefined) {
    await sql`
      insert into rates (account, region, next_slot_at) values (${place.account}, ${place.region}, jobwatch_now())
      on conflict do nothing`;
    taken = await take(sql, place, wanted);
  }
  if (taken === undefined)
    throw new Error(`expected a row of rates for ${place.account} in ${place.region}, got none`);
  const { slots, turn, slot_ms, turn_ms, step_ms } = taken;
  if (slots > 0) return { outcome: 'slots', count: slots, firstMs: slot_ms, intervalMs: step_ms };
  if (turn) return { outcome: 'turn', atMs: turn_ms };
  return { outcome: 'refused', waitMs: Math.max(slot_ms, turn_ms) };
}

async function take(
  sql: Sql,
  { account, region }: RatedPlace,
  { share, turnMs, hasTurn, count, intervalMs, withinMs }: WantedSlots,
): Promise<TakenRow | undefined> {
  const needsTurn = share !== 'sweep' && !hasTurn;
  const [row] = await sql<TakenRow[]>`
    with held as (
      select * from rates where account = ${account} and region = ${region} for update
    ), stamped as (
      -- the time is read when the row is locked: a request that waited for it must not get a slot that has passed
      select held.*, jobwatch_now() as now from held
    ), clock as (
      select *, greatest(touched_at - now, interval '0') as back from stamped
    ), since as (
      select now, back,
        ${ms(sql, 'next_slot_at')} as next_ms, ${ms(sql, 'held_until')} as held_ms, ${ms(sql, 'slow_until')} as slow_ms,
        case ${share} when 'hint' then ${ms(sql, 'hint_turn_at')} when 'submit' then ${ms(sql, 'submit_turn_at')} end as share_ms,
        next_slot_at - back as next_slot_at, held_until - back as held_until, slow_until - back as slow_until,
        hint_turn_at - back as hint_turn_at, submit_turn_at - back as submit_turn_at
      from clock
    ), opened as (
      select *,
        greatest(0, case when held_ms <= ${LONGEST_RETRY_AFTER_SECONDS * 1000} then held_ms end) as open_ms,
        case when slow_ms > 0 and slow_ms <= ${SLOW_SECONDS * 1000} then 2 else 1 end as slowness
      from since
    ), free as (
      select *, ${intervalMs}::float8 * slowness as step_ms,
        greatest(open_ms, case when next_ms <= open_ms + ${HORIZON_MS} then next_ms end) as slot_ms,
        greatest(open_ms, case when share_ms <= open_ms + ${HORIZON_MS} then share_ms end) as turn_ms
      from opened
    ), decided as (
      select *,
        ${needsTurn} and turn_ms > 0 and turn_ms <= least(${withinMs}::float8, ${MAX_TURN_WAIT_MS}) as waits,
        case when ${needsTurn} and turn_ms > 0 then 0 else greatest(0, least(${count}::float8,
          floor((least(${withinMs}::float8, open_ms + ${HORIZON_MS} - step_ms) - slot_ms) / step_ms) + 1))::int end as slots
      from free
    ), turned as (
      select *, case when waits or (${needsTurn} and slots > 0)
        then now + (turn_ms + ${turnMs}::float8 * slowness) * interval '1 millisecond' end as next_turn_at
      from decided
    ), taken as (
      update rates r set
        next_slot_at = case when t.slots > 0
          then t.now + (t.slot_ms + t.slots * t.step_ms) * interval '1 millisecond' else t.next_slot_at end,
        hint_turn_at = case when ${share} = 'hint' then coalesce(t.next_turn_at, t.hint_turn_at) else t.hint_turn_at end,
        submit_turn_at = case when ${share} = 'submit' then coalesce(t.next_turn_at, t.submit_turn_at) else t.submit_turn_at end,
        held_until = t.held_until, slow_until = t.slow_until, touched_at = t.now
      from turned t
      where r.account = ${account} and r.region = ${region}
        and (t.slots > 0 or t.waits or t.back > interval '0')
    )
    select slots, waits as turn, slot_ms, turn_ms, step_ms from turned`;
  return row;
}

/**
 * Takes a slot for a submission that is free at this moment, and the submissions' turn with it: what `takeSlots` comes to
 * when nothing is out of the ordinary. False when there is none, or the rate is slowed down, held, or was kept by a clock
 * that has been put back. Whoever waited for the row gets none if its holder took one; else one of the moment before the
 * wait, which is of no use after a long one.
 */
export async function takeFreeSlot(
  sql: Sql,
  { account, region }: RatedPlace,
  { turnMs, intervalMs }: Pick<WantedSlots, 'turnMs' | 'intervalMs'>,
): Promise<boolean> {
  const taken = await prepared(sql`
    update rates set
      next_slot_at = now.at + ${intervalMs}::float8 * interval '1 millisecond',
      submit_turn_at = now.at + ${turnMs}::float8 * interval '1 millisecond',
      touched_at = now.at
    from (select jobwatch_now() as at) as now
    where account = ${account} and region = ${region}
      and next_slot_at <= now.at and coalesce(submit_turn_at <= now.at, true) and coalesce(touched_at <= now.at, true)
      and coalesce(held_until <= now.at, true) and coalesce(slow_until <= now.at, true)`);
  return taken.count > 0;
}

/** A time of the row, in milliseconds from now by the clock that wrote it. */
function ms(sql: Sql, column: string) {
  return sql`(extract(epoch from ${sql(column)} - back - now) * 1000)::float8`;
}
