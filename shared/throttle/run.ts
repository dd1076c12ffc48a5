import type { Bucket } from '../ci/bucket.ts';
import type { CiClient } from '../ci/client/create-client.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { prepared } from '../store/prepared.ts';
import type { Sql, Store } from '../store/store.ts';
import type { Slots } from './rate.ts';
import type { Share } from './take-slots.ts';

/** Kept back from the deadline to write down the last answers and give back the leases. */
const GIVE_BACK_MS = 3000;

interface WatchLimits {
  /** a younger watch is never closed as Missing */
  readonly missingGraceSeconds: number;
  /** an open job older than this makes an event, once */
  readonly stallAfterSeconds: number;
}

/** What a sweep did. */
export interface Tally {
  claimed: number;
  requests: { list: number; describe: number; create: number };
  changed: number;
  finished: number;
  /** of those: no event and no callback had named the job */
  recovered: number;
  errors: number;
}

/** What the parts of one sweep share. */
export interface Run {
  readonly store: Store;
  readonly ci: CiClient;
  readonly clock: Clock;
  readonly log: Log;
  /** when the sweep began, by the database's clock: only what was due then is taken */
  readonly startedAt: Date;
  /** the database's clock less ours, in milliseconds */
  readonly databaseAheadMs: number;
  /** unix milliseconds by our clock */
  readonly deadlineMs: number;
  readonly slotsFor: (bucket: Bucket) => Slots;
  /** what its requests are counted as */
  readonly share: Share;
  /** of each region, how far CI's clock is ahead of the database's, in milliseconds: `ciAheadMs` reads it */
  readonly ciClocks: Map<string, number>;
  readonly limits: WatchLimits;
  readonly tally: Tally;
}

export type RunParts = Omit<Run, 'startedAt' | 'databaseAheadMs' | 'ciClocks' | 'share' | 'tally'> & {
  /** 'sweep' unless it says so */
  readonly share?: Run['share'];
};

/** Learns the database's time, by which everything in a run is judged. */
export async function beginRun(parts: RunParts): Promise<Run> {
  return await parts.store.transaction((sql) => beginRunWithin(sql, parts));
}

/** The same as a part of a transaction that does more. */
export async function beginRunWithin(sql: Sql, parts: RunParts): Promise<Run> {
  const [row] = await prepared(sql<{ now: Date }[]>`select jobwatch_now() as now`);
  return runFrom(parts, row?.now);
}

/** Until when a run may work, in unix milliseconds by our clock. */
export function workUntilMs({ deadlineMs }: Pick<RunParts, 'deadlineMs'>): number {
  return deadlineMs - GIVE_BACK_MS;
}

/** A run that began then, by the database's clock. */
export function runFrom(parts: RunParts, startedAt: Date | undefined): Run {
  if (startedAt === undefined) throw new Error("expected a row with the database's time, got none");
  return {
    share: 'sweep',
    ...parts,
    deadlineMs: workUntilMs(parts),
    startedAt,
    databaseAheadMs: startedAt.getTime() - parts.clock.now(),
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

/** The database's time now. */
export function databaseNowMs(run: Pick<Run, 'clock' | 'databaseAheadMs'>): number {
  return run.clock.now() + run.databaseAheadMs;
}

/**
 * How far CI's clock is ahead of the database's, in milliseconds, as CI's last answer of this run stated it (`Date`);
 * undefined before the first. Never more than it is; less by the second that a Date leaves out and by the answer's way.
 */
export function ciAheadMs(run: Pick<Run, 'ciClocks'>, bucket: Bucket): number | undefined {
  return run.ciClocks.get(bucket.region);
}

/** Clocks that are no further apart count as one: a Date is cut to the second, and an answer takes its time. */
const CLOCKS_AGREE_MS = 3000;

/** Now by CI's clock: the ages of jobs are reckoned from their CreationTime, which is CI's. */
export function ciNowMs(run: Pick<Run, 'clock' | 'databaseAheadMs' | 'ciClocks'>, bucket: Bucket): number {
  const aheadMs = ciAheadMs(run, bucket) ?? 0;
  return databaseNowMs(run) + (Math.abs(aheadMs) < CLOCKS_AGREE_MS ? 0 : aheadMs);
}
