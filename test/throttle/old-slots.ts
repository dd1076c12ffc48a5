import type { Bucket } from '../../shared/ci/bucket.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Store } from '../../shared/store/store.ts';
import type { Slots } from '../../shared/throttle/rate.ts';

/** Slots as version 0.1.0 took them: for 250 ms at a time, by two columns. It runs beside the next one for a while. */
export function oldSlots(
  store: Store,
  bucket: Bucket,
  maxRps: number,
  clock: Clock,
): Pick<Slots, 'admit' | 'slowDown'> {
  const account = bucket.name.slice(bucket.name.lastIndexOf('-') + 1);
  const { region } = bucket;
  const intervalMs = 1000 / (maxRps * 0.8);
  const atATime = Math.max(1, Math.floor(250 / intervalMs));
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
    const endMs = clock.now() + taken.wait_ms;
    slots = Array.from({ length: atATime }, (_, index) => endMs - (atATime - index) * taken.interval_ms);
  }

  return {
    async admit(latestMs) {
      for (;;) {
        const slotMs = slots[0];
        if (slotMs === undefined) {
          taking ??= take().finally(() => {
            taking = undefined;
          });
          await taking;
          continue;
        }
        if (slotMs >= latestMs) throw new Error('no slot');
        slots.shift();
        const waitMs = slotMs - clock.now();
        if (waitMs > 0) await clock.sleep(waitMs);
        if (clock.now() - slotMs <= 150) return;
      }
    },
    slowDown: () => Promise.resolve(),
  };
}
