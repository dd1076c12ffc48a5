import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import { noSlot } from './no-slot.ts';
import { HORIZON_MS, type RatedPlace, type Share, type TakenSlots, takeSlots } from './take-slots.ts';

/** Of the background's rate, what hints may use: the sweep looks at a job that somebody told of all the same. */
const HINT_SHARE = 0.25;
/** Of the background's rate, what on-object may use for its own submissions: uploads must not stop the sweep. */
const SUBMIT_SHARE = 0.5;
const SHARES: Record<Share, number> = { sweep: 1, hint: HINT_SHARE, submit: SUBMIT_SHARE };
/** A slot that was not used this long after its time is void: used late, it would stand beside others' slots. */
const SLOT_VALID_MS = 150;

/** What was given to one who asked: a slot, or the turn of its share to ask for one. */
export interface Given {
  readonly kind: 'slot' | 'turn';
  /** unix milliseconds by the instance's clock */
  readonly atMs: number;
}

export interface Asking {
  readonly share: Share;
  /** the share's turn was waited for */
  readonly hasTurn: boolean;
  /** the slots to take: one for now, the others for whoever asks next */
  readonly count: number;
  /** a later slot is of no use */
  readonly latestMs: number;
}

interface Asker extends Asking {
  readonly give: (given: Given) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Those of one instance who wait for slots: who asks at the same time shares one round trip. */
export interface SlotQueue {
  /** Rejects with a NoSlot when there is none in time; then none was taken. */
  readonly ask: (asking: Asking) => Promise<Given>;
  /** Whether what was given for that time may still be used. */
  readonly isInTime: (atMs: number) => boolean;
  /** Drops what was taken ahead. */
  readonly dropSpare: () => void;
}

export function createSlotQueue(
  store: Store,
  place: RatedPlace,
  intervalMs: number,
  clock: Clock,
): SlotQueue {
  const askers: Asker[] = [];
  let isServing = false;
  let spare: number[] = [];

  const isInTime = (atMs: number) => clock.now() - atMs <= SLOT_VALID_MS;

  async function serveAll(): Promise<void> {
    // Whoever asks in this turn of the event loop is served together.
    await nextTurn();
    for (let batch = nextBatch(askers); batch.length > 0; batch = nextBatch(askers)) {
      try {
        await serve(batch);
      } catch (error) {
        for (const { refuse } of batch) refuse(error);
      }
    }
    isServing = false;
  }

  async function serve(batch: readonly Asker[]): Promise<void> {
    const [{ share, hasTurn }] = batch as readonly [Asker];
    const count = batch.reduce((sum, asker) => sum + asker.count, 0);
    const latestMs = Math.max(...batch.map((asker) => asker.latestMs));
    const { taken, nowMs } = await store.transaction(async (sql) => {
      const turnMs = intervalMs / SHARES[share];
      const withinMs = latestMs - clock.now();
      const taken = await takeSlots(sql, place, { share, turnMs, hasTurn, count, intervalMs, withinMs });
      return { taken, nowMs: clock.now() };
    });
    if (taken.outcome === 'turn') {
      for (const { give } of batch) give({ kind: 'turn', atMs: nowMs + taken.atMs });
      return;
    }
    const slots = timesOf(taken, nowMs);
    for (const asker of batch) {
      const [atMs] = slots;
      if (atMs === undefined || atMs > asker.latestMs) {
        asker.refuse(noSlot(taken.outcome === 'refused' ? taken.waitMs : (atMs ?? latestMs) - nowMs));
        continue;
      }
      slots.shift();
      asker.give({ kind: 'slot', atMs });
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
    async ask(asking) {
      const atMs = asking.share === 'sweep' ? takeSpare(asking.latestMs) : undefined;
      if (atMs !== undefined) return { kind: 'slot', atMs };
      return await new Promise((give, refuse) => {
        askers.push({ ...asking, give, refuse });
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

/** Those who are served by one statement: all sweeps that wait, or one of another share, whose turns come singly. */
function nextBatch(askers: Asker[]): Asker[] {
  const [first] = askers;
  if (first === undefined) return [];
  if (first.share !== 'sweep') return askers.splice(0, 1);
  const batch = askers.filter(({ share }) => share === 'sweep');
  askers.splice(0, askers.length, ...askers.filter(({ share }) => share !== 'sweep'));
  return batch;
}

function timesOf(taken: TakenSlots, nowMs: number): number[] {
  if (taken.outcome !== 'slots') return [];
  const { count, firstMs, intervalMs } = taken;
  return Array.from({ length: count }, (_, index) => nowMs + firstMs + index * intervalMs);
}
