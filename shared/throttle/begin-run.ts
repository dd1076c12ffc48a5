import type { Run } from './run.ts';

/** Kept back from the deadline to write down the last answers and give back the leases. */
const GIVE_BACK_MS = 3000;

export type RunParts = Omit<Run, 'startedAt' | 'ahead' | 'ciClocks' | 'share' | 'tally'> & {
  /** 'sweep' unless it says so */
  readonly share?: Run['share'];
};

/** Learns the database's time, by which everything in a run is judged. */
export async function beginRun(parts: RunParts): Promise<Run> {
  const startedAt = await parts.store.transaction(async (sql) => {
    const [row] = await sql<{ now: Date }[]>`select jobwatch_now() as now`;
    return row?.now;
  });
  return runFrom(parts, startedAt);
}

/** A run that began then, by the database's clock. */
export function runFrom(parts: RunParts, startedAt: Date | undefined): Run {
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
