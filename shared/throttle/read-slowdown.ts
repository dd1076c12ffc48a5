import { LONGEST_RETRY_AFTER_SECONDS } from '../ci/client/retry-after.ts';
import type { Sql } from '../store/store.ts';
import { SLOW_SECONDS } from './take-slots.ts';

/** How much CI has slowed us down, in the account and region where it is the most. */
export interface SlowDown {
  /** what is left of CI_MAX_RPS: 1 when CI asked for nothing, half after SlowDown, 0 while it asked us to wait */
  readonly share: number;
  readonly until: Date | null;
}

/** Times that lie further ahead than they can be set were written before the clock was put back, and do not count. */
export async function readSlowDown(sql: Sql): Promise<SlowDown> {
  const [row] = await sql<{ slow_until: Date | null; held_until: Date | null }[]>`
    select
      max(slow_until) filter (where slow_until > now and slow_until <= now + ${SLOW_SECONDS} * interval '1 second') as slow_until,
      max(held_until) filter (where held_until > now
        and held_until <= now + ${LONGEST_RETRY_AFTER_SECONDS} * interval '1 second') as held_until
    from rates, (select jobwatch_now() as now) as clock`;
  if (row?.held_until) return { share: 0, until: row.held_until };
  if (row?.slow_until) return { share: 0.5, until: row.slow_until };
  return { share: 1, until: null };
}
