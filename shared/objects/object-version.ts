/** One write of an object, as it is remembered. */
export interface KnownWrite {
  /** COS's id of the request; '' when nobody told it */
  readonly id: string;
  /** '' when nobody told it */
  readonly etag: string;
  /** as it was told, in unix milliseconds of whole seconds */
  readonly timeMs: number;
  /** its place among the others: as told, but never later than when it was told of */
  readonly orderMs: number;
  /** `own`: a version, which was decided about. `same`: the content of the one before. `late`: never the newest. */
  readonly as: 'own' | 'same' | 'late';
}

/** What is known of an object. */
export interface KnownObject {
  /** oldest first: the last is the newest */
  readonly writes: readonly KnownWrite[];
  /** when somebody last told of it, in unix milliseconds by the database's clock */
  readonly seenAtMs: number;
}

/** A word about a write. */
export interface ToldWrite {
  readonly id: string;
  readonly etag: string;
  readonly timeMs: number;
  /** the database's time, in unix milliseconds */
  readonly nowMs: number;
  /** of a listing: when it was asked for. What it tells is the object as it was then, whatever the times say. */
  readonly listedAtMs?: number;
}

/*
 * What a word about a write means.
 *
 *   told ──┬─ a write that is known ─────────────────────────────▶ known     nothing changes
 *          ├─ by a listing that is older than the latest word ───▶ known     another listing will tell
 *          ├─ older than the newest (an event only) ─────────────▶ older     remembered, never submitted
 *          │     └─ and between two writes that were taken for
 *          │        one version, since their content is the same ─▶ between   the newest may be a version of its own
 *          ├─ the newest, with the content of the newest so far ─▶ same      remembered, no version
 *          └─ the newest ────────────────────────────────────────▶ newer     a version: submitted, or ignored for a reason
 *
 * Events come in any order and any number, in whole seconds; within one second what is told later is taken for newer.
 */
export type WriteVerdict = 'known' | 'older' | 'between' | 'same' | 'newer';

/** So many writes of an object are remembered. */
export const KEPT_WRITES = 20;
/** Those of the newest second are all remembered, up to so many: no time tells them apart. */
const KEPT_IN_ONE_SECOND = 200;
/** A listing and an event may differ by so much about the time of one write. */
const SAME_WRITE_MS = 2000;

/** Judges one word, and gives what is known after it. Pure: the same words in the same order mean the same. */
export function judgeWrite(
  known: KnownObject,
  told: ToldWrite,
): { verdict: WriteVerdict; known: KnownObject } {
  const { writes } = known;
  const isListed = told.listedAtMs !== undefined;
  if (told.listedAtMs !== undefined && known.seenAtMs >= told.listedAtMs) return { verdict: 'known', known };
  const at = bestMatch(writes, told);
  const match = writes[at];
  // What came too late to be the newest is the object all the same if a listing says so.
  const isRevealed = isListed && match?.as === 'late';
  if (match && !isRevealed) return { verdict: 'known', known: filledIn(known, at, told) };

  const others = isRevealed ? writes.filter((write) => write !== match) : writes;
  const newest = others.at(-1);
  const orderMs = Math.min(told.timeMs, told.nowMs);
  if (newest && orderMs < newest.orderMs && !isListed) {
    const place = others.filter((write) => write.orderMs <= orderMs).length;
    const verdict = isBetween(others, place, told) ? 'between' : 'older';
    return {
      verdict,
      known: after(known, told, others.toSpliced(place, 0, remembered(told, orderMs, 'late'))),
    };
  }
  const isSame = newest !== undefined && told.etag !== '' && told.etag === newest.etag;
  const write = remembered(told, Math.max(orderMs, newest?.orderMs ?? orderMs), isSame ? 'same' : 'own');
  return { verdict: isSame ? 'same' : 'newer', known: after(known, told, [...others, write]) };
}

/** The newest is a version of its own after all. */
export function withNewestOfItsOwn(known: KnownObject): KnownObject {
  const newest = known.writes.at(-1);
  if (newest === undefined) return known;
  return { ...known, writes: [...known.writes.slice(0, -1), { ...newest, as: 'own' }] };
}

/** Of several that it may be: one that was taken, rather than one that came too late, and the nearest in time. */
function bestMatch(writes: readonly KnownWrite[], told: ToldWrite): number {
  const farness = (write: KnownWrite) =>
    Math.abs(write.timeMs - told.timeMs) + (write.as === 'late' ? 2 * SAME_WRITE_MS : 0);
  return writes.reduce((best, write, index) => {
    if (!isSameWrite(write, told)) return best;
    const known = writes[best];
    return known === undefined || farness(write) < farness(known) ? index : best;
  }, -1);
}

function isSameWrite(known: KnownWrite, told: ToldWrite): boolean {
  if (known.id !== '' && told.id !== '') return known.id === told.id;
  if (known.etag !== '' && told.etag !== '')
    return known.etag === told.etag && Math.abs(known.timeMs - told.timeMs) <= SAME_WRITE_MS;
  return known.timeMs === told.timeMs;
}

/** Whether a write of another content lies between the newest and the version that it was taken for. */
function isBetween(writes: readonly KnownWrite[], place: number, { etag }: ToldWrite): boolean {
  const newest = writes.at(-1);
  const own = writes.findLastIndex((write) => write.as === 'own');
  return newest?.as === 'same' && place > own && etag !== newest.etag;
}

function remembered({ id, etag, timeMs }: ToldWrite, orderMs: number, as: KnownWrite['as']): KnownWrite {
  return { id, etag, timeMs, orderMs, as };
}

/** A write that a listing told of has its id from its event, and the other way round. */
function filledIn(known: KnownObject, at: number, told: ToldWrite): KnownObject {
  const write = known.writes[at];
  const isWhole = write === undefined || (write.id !== '' && write.etag !== '');
  if (isWhole || (write.id || told.id) + (write.etag || told.etag) === write.id + write.etag) return known;
  const filled = { ...write, id: write.id || told.id, etag: write.etag || told.etag };
  return { ...known, writes: known.writes.with(at, filled) };
}

function after(known: KnownObject, told: ToldWrite, writes: readonly KnownWrite[]): KnownObject {
  return { writes: latest(writes), seenAtMs: Math.max(known.seenAtMs, told.nowMs) };
}

function latest(writes: readonly KnownWrite[]): readonly KnownWrite[] {
  const newestMs = writes.at(-1)?.orderMs ?? 0;
  const ofNewestSecond = writes.filter(({ orderMs }) => orderMs === newestMs).length;
  return writes.slice(-Math.min(Math.max(KEPT_WRITES, ofNewestSecond), KEPT_IN_ONE_SECOND));
}
