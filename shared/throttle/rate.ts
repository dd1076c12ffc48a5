import type { Bucket } from '../ci/bucket.ts';
import type { CiError } from '../ci/ci-error.ts';
import type { Clock } from '../clock.ts';
import type { Sql, Store } from '../store/store.ts';
import { lowerRate } from './lower-rate.ts';
import { isNoSlot, noSlot } from './no-slot.ts';
import { createSlotQueue, type Grant, type SlotSource } from './slot-queue.ts';
import type { Share } from './take-slots.ts';

/** Background work's share of CI_MAX_RPS; HTTP requests take no slots and live on the rest. */
export const BACKGROUND_SHARE = 0.8;
/** A listing takes slots for the pages that it reads in this time, at its own pace. */
const AHEAD_MS = 250;

export interface Admission {
  /** 'sweep' unless it says so */
  readonly share?: Share;
  /** a request like this one follows each time so much later, in milliseconds: some of their slots are taken along */
  readonly paceMs?: number | undefined;
}

/** Whether a slot may still be used: its time is not long past, and CI has refused nothing since. */
export type FreeSlot = () => boolean;

/** The turn of each request among those of all instances. */
export interface Slots {
  /**
   * Resolves when a request may leave. Rejects at once with a NoSlot, and has taken nothing, when that would be later
   * than `latestMs`. Those who ask at the same time share one round trip.
   */
  readonly admit: (latestMs: number, admission?: Admission) => Promise<void>;
  /**
   * Takes a submission's slot that is free at this moment, within a transaction that does more; undefined when there is
   * none. Others wait for the transaction's end: it is the last that it does.
   */
  readonly takeNow: (sql: Sql) => Promise<FreeSlot | undefined>;
  /** Takes what CI refused: SlowDown halves the rate of everybody for a while, Retry-After stops it; else nothing is done. */
  readonly slowDown: (error: CiError) => Promise<void>;
}

/** Slots of one account and region, handed out by GCRA on the database's clock, as many as are needed. */
function createSlots(source: SlotSource): Slots {
  const { store, clock, place, intervalMs } = source;
  const queue = createSlotQueue(source);
  /** Counts the refusals: slots that were taken before one are for times at which no request is to leave. */
  let refusals = 0;

  return {
    async admit(latestMs, { share = 'sweep', paceMs } = {}) {
      const count = slotsAhead(paceMs, intervalMs);
      let hasTurn = false;
      for (;;) {
        if (clock.now() > latestMs) throw noSlot(0);
        const seen = refusals;
        const granted: Grant = await queue.ask({ share, hasTurn, count, latestMs });
        const waitMs = granted.atMs - clock.now();
        if (waitMs > 0) await clock.sleep(waitMs);
        const isValid: boolean = seen === refusals && queue.isInTime(granted.atMs);
        if (isValid && granted.kind === 'slot') return;
        hasTurn = isValid;
      }
    },
    async takeNow(sql) {
      const [seen, atMs] = [refusals, clock.now()];
      const isTaken = await queue.takeNow(sql);
      return isTaken ? () => seen === refusals && queue.isInTime(atMs) : undefined;
    },
    async slowDown(error) {
      if (isNoSlot(error) || (error.code !== 'SlowDown' && error.retryAfterMs === undefined)) return;
      refusals += 1;
      queue.dropSpare();
      await store.transaction((sql) => lowerRate(sql, place, error.retryAfterMs ?? 0));
    },
  };
}

/** How many slots are taken at once: none of them is to be used much later than its time, beside others' slots. */
function slotsAhead(paceMs: number | undefined, intervalMs: number): number {
  if (paceMs === undefined) return 1;
  const laterMs = paceMs - intervalMs;
  const inTime = laterMs > 0 ? 1 + Math.floor(intervalMs / laterMs) : Infinity;
  return Math.max(1, Math.min(Math.floor(AHEAD_MS / Math.max(paceMs, intervalMs)), inTime));
}

/**
 * One set of slots for each account and region, kept for the life of an instance.
 * @param maxRps what all instances together may send in a second, CI_MAX_RPS
 */
export function slotsByAccount(store: Store, maxRps: number, clock: Clock): (bucket: Bucket) => Slots {
  const known = new Map<string, Slots>();
  const intervalMs = 1000 / (maxRps * BACKGROUND_SHARE);
  return (bucket) => {
    const place = { account: accountOf(bucket), region: bucket.region };
    const name = `${place.account} ${place.region}`;
    const slots = known.get(name) ?? createSlots({ store, clock, place, intervalMs });
    known.set(name, slots);
    return slots;
  };
}

/** The AppId at the end of a bucket's name. */
function accountOf(bucket: Bucket): string {
  return bucket.name.slice(bucket.name.lastIndexOf('-') + 1);
}
