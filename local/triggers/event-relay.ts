import type { EventControl } from '../../emulators/ci/control/event-control.ts';
import { seededRandom } from '../../emulators/ci/control/seeded-random.ts';
import type { Clock } from '../../emulators/scf/clock.ts';
import type { CosRecord } from './cos-record.ts';
import { type EventFaults, NO_EVENT_FAULTS, readEventFaults } from './event-faults.ts';

/** Hands an event to a function; resolves when the function has dealt with it, rejects when it has not. */
export type Deliver = (functionName: string, event: { Records: CosRecord[] }) => Promise<unknown>;

/** An event on its way. */
interface Envelope {
  functionName: string;
  records: CosRecord[];
  room: number;
  /** Given the delivery when it begins. */
  sent: Promise<unknown>;
  send: (delivery: Promise<unknown>) => void;
  cancel: () => void;
}

const NOTHING_COUNTED = { records: 0, dropped: 0, duplicated: 0, merged: 0, events: 0, failed: 0 };

/** Brings records to their functions, as well or as badly as is set. */
export class EventRelay implements EventControl {
  readonly #deliver: Deliver;
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #held = new Set<Envelope>();
  #faults: EventFaults = NO_EVENT_FAULTS;
  #random = seededRandom(NO_EVENT_FAULTS.seed);
  #counts = { ...NOTHING_COUNTED };

  constructor(deliver: Deliver, clock: Pick<Clock, 'schedule'>) {
    this.#deliver = deliver;
    this.#clock = clock;
  }

  /** Resolves when the record is dealt with, or lost as it was to be; rejects when its function failed. */
  async send(functionName: string, record: CosRecord): Promise<void> {
    const { drop, duplicate, merge, mergeRate } = this.#faults;
    // Always as many numbers for each record, so that one setting does not change what another one hits.
    const [dropAt, duplicateAt, mergeAt] = [this.#random(), this.#random(), this.#random()];
    this.#counts.records += 1;
    if (dropAt < drop) {
      this.#counts.dropped += 1;
      return;
    }
    const copies = duplicateAt < duplicate ? [record, record] : [record];
    this.#counts.duplicated += copies.length - 1;
    const room = mergeAt < mergeRate ? merge : 1;
    await Promise.all(copies.map((copy) => this.#post(functionName, copy, room)));
  }

  set(value: unknown): unknown {
    const faults = readEventFaults(value);
    this.flush();
    this.#faults = faults;
    this.#random = seededRandom(faults.seed);
    return this.describe();
  }

  describe(): unknown {
    return { ...this.#faults, counts: { ...this.#counts, heldBack: this.#held.size } };
  }

  flush(): number {
    const held = [...this.#held];
    for (const envelope of this.#faults.reorder ? shuffle(held, this.#random) : held) this.#send(envelope);
    return held.length;
  }

  reset(): void {
    this.set({});
    this.#counts = { ...NOTHING_COUNTED };
  }

  /** What is held back is lost. */
  close(): void {
    for (const envelope of this.#held) envelope.cancel();
    this.#held.clear();
  }

  /** Puts a record into an event that has room for it, or into one of its own. */
  #post(functionName: string, record: CosRecord, room: number): Promise<unknown> {
    const { delayMs, reorder } = this.#faults;
    const envelope = this.#withRoom(functionName, room) ?? this.#newEnvelope(functionName, room);
    envelope.records.push(record);
    if (envelope.records.length > 1) this.#counts.merged += envelope.records.length === 2 ? 2 : 1;
    if (envelope.records.length === envelope.room && delayMs === 0 && !reorder) this.#send(envelope);
    return envelope.sent;
  }

  #withRoom(functionName: string, room: number): Envelope | undefined {
    if (room === 1) return undefined;
    return [...this.#held].find((one) => one.functionName === functionName && one.records.length < one.room);
  }

  #newEnvelope(functionName: string, room: number): Envelope {
    const { delayMs, reorder } = this.#faults;
    let send: Envelope['send'] = () => undefined;
    const sent = new Promise<unknown>((resolve) => {
      send = resolve;
    });
    const envelope: Envelope = { functionName, records: [], room, sent, send, cancel: () => undefined };
    const waitMs = reorder ? this.#random() * delayMs : delayMs;
    if (delayMs > 0) envelope.cancel = this.#clock.schedule(waitMs, () => this.#send(envelope));
    this.#held.add(envelope);
    return envelope;
  }

  #send(envelope: Envelope): void {
    const { functionName, records } = envelope;
    this.#held.delete(envelope);
    envelope.cancel();
    this.#counts.events += 1;
    // Async, so that a deliverer that throws at once is one that failed.
    const delivery = (async () => this.#deliver(functionName, { Records: records }))();
    delivery.catch(() => {
      this.#counts.failed += 1;
    });
    envelope.send(delivery);
  }
}

/** The same things in another order: Fisher and Yates, by the random numbers given (0 to 1). */
function shuffle<T>(list: readonly T[], random: () => number): T[] {
  const left = [...list];
  const shuffled: T[] = [];
  while (left.length > 0) shuffled.push(...left.splice(Math.floor(random() * left.length), 1));
  return shuffled;
}
