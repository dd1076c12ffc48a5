import { ControlInput } from '../../emulators/ci/control/control-input.ts';

/** What is to go wrong on the way from an object's write to its function. */
export interface EventFaults {
  /** Share of records that never arrive. */
  drop: number;
  /** Share of records that arrive twice. */
  duplicate: number;
  /** How many records go into one event, and the share of records that are put together at all. */
  merge: number;
  mergeRate: number;
  /** How long events are held back; together with `reorder` the longest time, each has one of its own. */
  delayMs: number;
  /** Events arrive in another order; without `delayMs` they are held back until they are flushed. */
  reorder: boolean;
  /** The same seed hits the same records. */
  seed: number;
}

const MAX_DELAY_MS = 3_600_000;
/** An event may have 128 KB, a record with the longest key about 5. */
const MAX_MERGED = 20;

export const NO_EVENT_FAULTS: EventFaults = {
  ...{ drop: 0, duplicate: 0, merge: 1, mergeRate: 1, delayMs: 0, reorder: false, seed: 1 },
};

/** Throws `ControlError` that names the field. */
export function readEventFaults(value: unknown): EventFaults {
  const input = new ControlInput(value, 'events', Object.keys(NO_EVENT_FAULTS));
  return {
    drop: input.number('drop', 0, 1) ?? NO_EVENT_FAULTS.drop,
    duplicate: input.number('duplicate', 0, 1) ?? NO_EVENT_FAULTS.duplicate,
    merge: input.count('merge', 1, MAX_MERGED) ?? NO_EVENT_FAULTS.merge,
    mergeRate: input.number('mergeRate', 0, 1) ?? NO_EVENT_FAULTS.mergeRate,
    delayMs: input.number('delayMs', 0, MAX_DELAY_MS) ?? NO_EVENT_FAULTS.delayMs,
    reorder: input.flag('reorder') ?? NO_EVENT_FAULTS.reorder,
    seed: input.count('seed', 0, 0xffffffff) ?? NO_EVENT_FAULTS.seed,
  };
}
