import { idOf, MAX_CLIP_BYTES, type ObjectPlace, ruledPlaceOf } from '../places.ts';

/** One write or delete of an object, as whoever did it saw it. */
export interface Write {
  readonly at: number;
  readonly how: string;
  /** Empty: deleted. */
  readonly etag: string;
  /** Place in the palette; none for what is no clip. */
  readonly colour: number | undefined;
  readonly bytes: Buffer;
  /** The service's clock at the time. */
  readonly cloudMs: number;
  /** It was acknowledged; what was not may have happened all the same. */
  readonly certain: boolean;
}

/** Everything that was done to objects, in order. */
export class Ledger {
  readonly #writes = new Map<string, { object: ObjectPlace; writes: Write[] }>();

  note(object: ObjectPlace, write: Write): void {
    const known = this.#writes.get(idOf(object));
    if (known === undefined) this.#writes.set(idOf(object), { object, writes: [write] });
    else known.writes.push(write);
  }

  of(object: ObjectPlace): readonly Write[] {
    return this.#writes.get(idOf(object))?.writes ?? [];
  }

  get objects(): ObjectPlace[] {
    return [...this.#writes.values()].map(({ object }) => object);
  }

  get size(): number {
    return [...this.#writes.values()].reduce((sum, { writes }) => sum + writes.length, 0);
  }
}

/** Whether a rule makes a job of such a write. */
export function isTaken(object: ObjectPlace, { bytes }: Pick<Write, 'bytes'>): boolean {
  return ruledPlaceOf(object) !== undefined && bytes.length > 0 && bytes.length <= MAX_CLIP_BYTES;
}

/** Events tell the second of a write, and COS's own time may be in the next one. */
const ONE_MOMENT_MS = 2000;

/**
 * How many jobs the writes of an object may make at most: one for each that is taken and other than the one before. The
 * same bytes again count too where the one before was written in one moment with others: of those no event tells which
 * was the last.
 *
 * @param etag count only writes of these bytes
 */
export function versionsOf(object: ObjectPlace, writes: readonly Write[], etag?: string): number {
  return writes.filter((write, index) => {
    const before = writes[index - 1];
    const isSame = before?.etag === write.etag && !isOneOfMany(writes.slice(0, index));
    const isCounted = etag === undefined || write.etag === etag;
    return write.etag !== '' && !isSame && isCounted && isTaken(object, write);
  }).length;
}

/** Whether others were written in one moment with the last. */
function isOneOfMany(writes: readonly Write[]): boolean {
  const last = writes.at(-1);
  return (
    last !== undefined &&
    writes.some(({ etag, cloudMs }) => etag !== last.etag && last.cloudMs - cloudMs < ONE_MOMENT_MS)
  );
}
