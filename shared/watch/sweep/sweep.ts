import { TICK_MS } from '../schedule.ts';
import type { Sql } from '../store.ts';
import type { SweepRun, Tally } from './sweep-run.ts';

/** A watch that was due for this many ticks and not looked at means that sweeps do not keep up, or do not run. */
const OVERDUE_TICKS = 10;
/** Kept back from the deadline to write down the last answers and give back the leases. */
const GIVE_BACK_MS = 3000;

type Parts = Omit<SweepRun, 'startedAt' | 'ahead' | 'ciClocks' | 'share' | 'tally'> & {
  /** 'sweep' unless it says so */
  readonly share?: SweepRun['share'];
};

/** Learns the database's time, by which everything in a run is judged. */
export async function beginRun(parts: Parts): Promise<SweepRun> {
  const startedAt = await parts.store.transaction(async (sql) => {
    const [row] = await sql<{ now: Date }[]>`select jobwatch_now() as now`;
    return row?.now;
  });
  return runFrom(parts, startedAt);
}

/** The same for a sweep, which is noted for /healthz and looks whether sweeps keep up. */
export async function startSweep(parts: Parts): Promise<SweepRun> {
  const begun = await parts.store.transaction(begin);
  if (begun && begun.overdueMs > OVERDUE_TICKS * TICK_MS) {
    parts.log.error('the longest due watch waits too long', {
      code: 'Overdue',
      waitedSeconds: Math.round(begun.overdueMs / 1000),
    });
  }
  return runFrom(parts, begun?.startedAt);
}

function runFrom(parts: Parts, startedAt: Date | undefined): SweepRun {
  if (startedAt === undefined) throw new Error('the store did not tell its time');
  return {
    share: 'sweep',
    ...parts,
    deadlineMs: parts.deadlineMs - GIVE_BACK_MS,
    startedAt,
    ahead: startedAt.getTime() - parts.clock.now(),
    ciClocks: new Map(),
    tally: {
      claimed: 0,
      requests: { list: 0, describe: 0, create: 0 },
      changed: 0,
      finished: 0,
      recovered: 0,
      errors: 0,
    },
  };
}

async function begin(sql: Sql): Promise<{ startedAt: Date; overdueMs: number } | undefined> {
  const [begun] = await sql<{ startedAt: Date; overdueMs: number }[]>`
    with begun as (
      insert into last_sweep (started_at) values (jobwatch_now())
      on conflict (only_row) do update set started_at = excluded.started_at
      returning started_at
    )
    select started_at as "startedAt", coalesce(extract(epoch from started_at - (
      select min(next_check_at) from watches
      where outcome = '' and (claimed_until is null or claimed_until < jobwatch_now())
    )) * 1000, 0)::float8 as "overdueMs"
    from begun`;
  return begun;
}

export interface SweepSummary extends Tally {
  /** of the oldest open job; null when none is open */
  readonly oldestOpenSeconds: number | null;
}

/** Writes the sweep's one line. */
export async function endSweep({ store, log, tally }: SweepRun): Promise<SweepSummary> {
  const oldestOpenSeconds = await store.transaction(async (sql) => {
    const [oldest] = await sql<{ seconds: number | null }[]>`
      select extract(epoch from jobwatch_now() - min(job_created_at))::float8 as seconds
      from watches where outcome = ''`;
    return oldest?.seconds ?? null;
  });
  const summary = { ...tally, oldestOpenSeconds };
  log.info('sweep', { ...summary });
  return summary;
}
