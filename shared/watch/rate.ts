import type { Bucket } from '../ci/bucket.ts';
import { CiError } from '../ci/ci-error.ts';
import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

/** Background work's share of CI_MAX_RPS; HTTP requests take no slots and live on the rest. */
export const BACKGROUND_SHARE = 0.8;
/** A slot that was not used this long after its time is void: used late, it would stand beside others' slots. */
const SLOT_VALID_MS = 150;
/** Slots for this long are taken at a time: one round trip for several requests. */
const SLOTS_FOR_MS = 250;
/** Nobody is silent for longer than this because of one Retry-After. */
const LONGEST_HOLD_MS = 600_000;
/** After SlowDown the rate is halved for this long. */
const SLOW_SECONDS = 60;

/** The turn of each request among those of all instances. */
export interface Slots {
  /** Resolves when a request may leave. Rejects at once with a NoSlot when that would be after the deadline. */
  readonly admit: (deadlineMs: number) => Promise<void>;
  /** Hears what CI refused: SlowDown halves the rate of everybody for a while. */
  readonly heed: (error: CiError) => Promise<void>;
}

/**
 * Slots of one account and region, handed out by GCRA on the database's clock, several at a time.
 * @param maxRps what all instances together may send in a second, CI_MAX_RPS
 */
function createSlots(store: Store, bucket: Bucket, maxRps: number, clock: Clock): Slots {
  const account = accountOf(bucket);
  const { region } = bucket;
  const intervalMs = 1000 / (maxRps * BACKGROUND_SHARE);
  const atATime = Math.max(1, Math.floor(SLOTS_FOR_MS / intervalMs));
  let slots: number[] = [];
  let taking: Promise<void> | undefined;

  async function take(): Promise<void> {
    const [taken] = await store.transaction(
      (sql) => sql<{ wait_ms: number; interval_ms: number }[]>`
        with now as (select jobwatch_now() as at)
        insert into rates as r (account, region, next_slot_at)
        select ${account}, ${region}, now.at + ${atATime * intervalMs}::float8 * interval '1 millisecond' from now
        on conflict (account, region) do update set next_slot_at =
          greatest(r.next_slot_at, jobwatch_now()) + ${atATime * intervalMs}::float8 * interval '1 millisecond'
            * case when r.slow_until > jobwatch_now() then 2 else 1 end
        returning
          ${intervalMs}::float8 * case when slow_until > jobwatch_now() then 2 else 1 end as interval_ms,
          extract(epoch from next_slot_at - jobwatch_now())::float8 * 1000 as wait_ms`,
    );
    if (taken === undefined) return;
    // `wait_ms` is when the slot after ours begins.
    const endMs = clock.now() + taken.wait_ms;
    slots = Array.from({ length: atATime }, (_, index) => endMs - (atATime - index) * taken.interval_ms);
  }

  return {
    async admit(deadlineMs) {
      for (;;) {
        const slotMs = slots[0];
        if (slotMs === undefined) {
          taking ??= take().finally(() => {
            taking = undefined;
          });
          await taking;
          continue;
        }
        const waitMs = slotMs - clock.now();
        // It is kept: a later run of this instance may be in time for it.
        if (slotMs >= deadlineMs) throw noSlot(waitMs);
        slots.shift();
        if (waitMs > 0) await clock.sleep(waitMs);
        if (clock.now() - slotMs <= SLOT_VALID_MS) return;
      }
    },
    async heed(error) {
      if (error.code === NO_SLOT || (error.code !== 'SlowDown' && error.retryAfterMs === undefined)) return;
      // Slots that were taken under the old rate are for times at which nobody is to ask.
      slots = [];
      await store.transaction(
        (sql) => sql`
          update rates set
            slow_until = jobwatch_now() + ${SLOW_SECONDS} * interval '1 second',
            next_slot_at = greatest(next_slot_at,
              jobwatch_now() + ${Math.min(error.retryAfterMs ?? 0, LONGEST_HOLD_MS)}::float8 * interval '1 millisecond')
          where account = ${account} and region = ${region}`,
      );
    },
  };
}

const NO_SLOT = 'NoSlot';

/** Whoever waited for this slot would be killed before it. The retry after it comes too late as well. */
function noSlot(waitMs: number): CiError {
  return new CiError({
    kind: 'no-answer',
    code: NO_SLOT,
    message: `Cloud Infinite was not asked: the rate allows it in ${Math.ceil(waitMs / 1000)} s`,
    retryAfterMs: waitMs,
    withoutEffect: true,
  });
}

/** Tells a request that had to wait for its slot for too long: nothing is known about what it asked for. */
export function hadNoSlot(error: CiError): boolean {
  return error.code === NO_SLOT;
}

/** One set of slots for each account and region, kept for the life of an instance. */
export function slotsByAccount(store: Store, maxRps: number, clock: Clock): (bucket: Bucket) => Slots {
  const known = new Map<string, Slots>();
  return (bucket) => {
    const name = `${accountOf(bucket)} ${bucket.region}`;
    const slots = known.get(name) ?? createSlots(store, bucket, maxRps, clock);
    known.set(name, slots);
    return slots;
  };
}

/** The AppId at the end of a bucket's name. */
function accountOf(bucket: Bucket): string {
  return bucket.name.slice(bucket.name.lastIndexOf('-') + 1);
}
