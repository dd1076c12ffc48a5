import { LONGEST_RETRY_AFTER_SECONDS } from '../ci/client/retry-after.ts';
import type { Sql } from '../store/store.ts';
import { HORIZON_MS, type RatedPlace, SLOW_SECONDS } from './take-slots.ts';

/** Halves the rate for a while, and stops it for as long as CI asked. */
export async function lowerRate(
  sql: Sql,
  { account, region }: RatedPlace,
  retryAfterMs: number,
): Promise<void> {
  const heldMs = Math.min(retryAfterMs, LONGEST_RETRY_AFTER_SECONDS * 1000);
  await sql`
    update rates set
      slow_until = now.at + ${SLOW_SECONDS} * interval '1 second',
      held_until = greatest(
        case when held_until <= now.at + ${LONGEST_RETRY_AFTER_SECONDS} * interval '1 second' then held_until end,
        now.at + ${heldMs}::float8 * interval '1 millisecond'),
      -- the previous release knows this column only
      next_slot_at = greatest(
        case when next_slot_at <= now.at + ${HORIZON_MS} * interval '1 millisecond' then next_slot_at end,
        now.at + ${heldMs}::float8 * interval '1 millisecond'),
      touched_at = now.at
    from (select jobwatch_now() as at) as now
    where account = ${account} and region = ${region}`;
}
