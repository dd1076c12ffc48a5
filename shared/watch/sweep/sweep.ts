import type { Sql } from '../../store/store.ts';
import type { SweepRun, Tally } from './sweep-run.ts';

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

/** The same for a sweep, which is noted for /healthz. */
export async function startSweep(parts: Parts): Promise<SweepRun> {
  return runFrom(parts, await parts.store.transaction(noteSweep));
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

async function noteSweep(sql: Sql): Promise<Date | undefined> {
  const [noted] = await sql<{ started_at: Date }[]>`
    insert into last_sweep (started_at) values (jobwatch_now())
    on conflict (only_row) do update set started_at = excluded.started_at
    returning started_at`;
  return noted?.started_at;
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
