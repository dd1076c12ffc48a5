import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Sql, Store } from '../store/store.ts';
import { noSlot } from './no-slot.ts';
import {
  HORIZON_MS,
  type RatedPlace,
  type Share,
  type TakenSlots,
  takeFreeSlot,
  takeSlots,
} from './take-slots.ts';

/** Of the background's rate, what hints may use: the sweep reads those jobs all the same. */
const HINT_SHARE = 0.25;
/** Of the background's rate, what on-object may use for its own submissions: uploads must not stop the sweep. */
const SUBMIT_SHARE = 0.5;
const SHARES: Record<Share, number> = { sweep: 1, hint: HINT_SHARE, submit: SUBMIT_SHARE };
/** A slot that was not used this long after its time is void: used late, it would stand beside others' slots. */
const SLOT_VALID_MS = 150;

/** What one request was granted: a slot, or the turn of its share to ask for one. */
export interface Grant {
  readonly kind: 'slot' | 'turn';
  /** unix milliseconds by the instance's clock */
  readonly atMs: number;
}

interface SlotRequest {
  readonly share: Share;
  /** the share's turn was waited for */
  readonly hasTurn: boolean;
  /** the slots to take: one for now, the others for whoever asks next */
  readonly count: number;
  /** a later slot is of no use */
  readonly latestMs: number;
}

interface WaitingRequest extends SlotRequest {
  readonly grant: (granted: Grant) => void;
  readonly refuse: (reason: unknown) => void;
}

/** The rate of one account and region, as one instance takes its slots. */
export interface SlotSource {
  readonly store: Store;
  readonly clock: Clock;
  readonly place: RatedPlace;
  /** between two slots */
  readonly intervalMs: number;
}

/** The requests of one instance that wait for slots: those that ask at the same time share one round trip. */
export interface SlotQueue {
  /** Rejects with a NoSlot when there is none in time; then none was taken. */
  readonly ask: (request: SlotRequest) => Promise<Grant>;
  /** Takes a submission's slot that is free at this moment, within a transaction that does more. False when there is none. */
  readonly takeNow: (sql: Sql) => Promise<boolean>;
  /** Whether what was granted for that time may still be used. */
  readonly isInTime: (atMs: number) => boolean;
  /** Drops what was taken ahead. */
  readonly dropSpare: () => void;
}

export function createSlotQueue({ store, clock, place, intervalMs }: SlotSource): SlotQueue {
  const waiting: WaitingRequest[] = [];
  let isServing = false;
  let spare: number[] = [];

  const isInTime = (atMs: number) => clock.now() - atMs <= SLOT_VALID_MS;

  async function serveAll(): Promise<void> {
    // Requests of this turn of the event loop are served together.
    await nextTurn();
    for (let batch = nextBatch(waiting); batch.length > 0; batch = nextBatch(waiting)) {
      try {
        await serve(batch);
      } catch (error) {
        for (const { refuse } of batch) refuse(error);
      }
    }
    isServing = false;
  }

  async function serve(batch: readonly WaitingRequest[]): Promise<void> {
    const [{ share, hasTurn }] = batch as readonly [WaitingRequest];
    const count = batch.reduce((sum, request) => sum + request.count, 0);
    const latestMs = Math.max(...batch.map((request) => request.latestMs));
    const { taken, nowMs } = await store.transaction(async (sql) => {
      const turnMs = intervalMs / SHARES[share];
      const withinMs = latestMs - clock.now();
      const wanted = { share, turnMs, hasTurn, count, intervalMs, withinMs };
      const [, taken] = await Promise.all([
        // Slots need no durability: after a crash of the database those that are forgotten have passed.
        sql`set local synchronous_commit to off`.execute(),
        takeSlots(sql, place, wanted),
      ]);
      return { taken, nowMs: clock.now() };
    });
    if (taken.outcome === 'turn') {
      for (const { grant } of batch) grant({ kind: 'turn', atMs: nowMs + taken.atMs });
      return;
    }
    const slots = timesOf(taken, nowMs);
    for (const request of batch) {
      const [atMs] = slots;
      if (atMs === undefined || atMs > request.latestMs) {
        request.refuse(noSlot(taken.outcome === 'refused' ? taken.waitMs : (atMs ?? latestMs) - nowMs));
        continue;
      }
      slots.shift();
      request.grant({ kind: 'slot', atMs });
    }
    spare.push(...slots);
  }

  function takeSpare(latestMs: number): number | undefined {
    const nowMs = clock.now();
    // Our own clock may have been put back.
    spare = spare.filter((atMs) => isInTime(atMs) && atMs - nowMs <= HORIZON_MS);
    const [atMs] = spare;
    return atMs === undefined || atMs > latestMs ? undefined : spare.shift();
  }

  return {
    isInTime,
    takeNow: (sql) => takeFreeSlot(sql, place, { turnMs: intervalMs / SHARES.submit, intervalMs }),
    async ask(request) {
      const atMs = request.share === 'sweep' ? takeSpare(request.latestMs) : undefined;
      if (atMs !== undefined) return { kind: 'slot', atMs };
      return await new Promise((grant, refuse) => {
        waiting.push({ ...request, grant, refuse });
        if (isServing) return;
        isServing = true;
        void serveAll();
      });
    },
    dropSpare() {
      spare = [];
    },
  };
}

/** Requests that one statement serves: all sweeps' that wait, or one of another share, whose turns come singly. */
function nextBatch(waiting: WaitingRequest[]): WaitingRequest[] {
  const [first] = waiting;
  if (first === undefined) return [];
  if (first.share !== 'sweep') return waiting.splice(0, 1);
  const batch = waiting.filter(({ share }) => share === 'sweep');
  waiting.splice(0, waiting.length, ...waiting.filter(({ share }) => share !== 'sweep'));
  return batch;
}

function timesOf(taken: TakenSlots, nowMs: number): number[] {
  if (taken.outcome !== 'slots') return [];
  const { count, firstMs, intervalMs } = taken;
  return Array.from({ length: count }, (_, index) => nowMs + firstMs + index * intervalMs);
}
