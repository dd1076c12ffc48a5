/** One write of an object, as it is remembered. */
export interface KnownWrite {
  /** COS's id of the request; '' when no report had it */
  readonly id: string;
  /** '' when no report had it */
  readonly etag: string;
  /** as it was reported, in unix milliseconds of whole seconds */
  readonly timeMs: number;
  /** its place among the others: as reported, but never later than when that was */
  readonly orderMs: number;
  /** `own`: a version, which was decided about. `same`: the content of the one before. `late`: never the newest. */
  readonly as: 'own' | 'same' | 'late';
}

/** What is known of an object. */
export interface KnownObject {
  /** oldest first: the last is the newest */
  readonly writes: readonly KnownWrite[];
  /** when it was last reported, in unix milliseconds by the database's clock */
  readonly seenAtMs: number;
}

/** An event or a line of a listing, which says that there was a write. */
export interface ReportedWrite {
  readonly id: string;
  readonly etag: string;
  readonly timeMs: number;
  /** the database's time, in unix milliseconds */
  readonly nowMs: number;
  /** of a listing: when it was asked for. It says what the object was then, whatever the times say. */
  readonly listedAtMs?: number;
}

/*
 * What a report of a write means.
 *
 * report ──┬─ a write that is known ─────────────────────────────▶ known     nothing changes
 *          ├─ by a listing that is older than the latest report ─▶ known     another listing will say it
 *          ├─ older than the newest (an event only) ─────────────▶ older     remembered, never submitted
 *          │     └─ and between two writes that were taken for
 *          │        one version, since their content is the same ─▶ between   the newest may be a version of its own
 *          ├─ the newest, with the content of the newest so far ─▶ same      remembered, no version
 *          └─ the newest ────────────────────────────────────────▶ newer     a version: submitted, or ignored for a reason
 *
 * Events come in any order and any number, in whole seconds; within one second what is reported later is taken for newer.
 */
export type WriteVerdict = 'known' | 'older' | 'between' | 'same' | 'newer';

/** So many writes of an object are remembered. */
export const KEPT_WRITES = 20;
/** Those of the newest second are all remembered, up to so many: no time tells them apart. */
const KEPT_IN_ONE_SECOND = 200;
/** A listing and an event may differ by so much about the time of one write. */
const SAME_WRITE_MS = 2000;

/** Judges one report, and gives what is known after it. Pure: the same reports in the same order mean the same. */
export function judgeWrite(
  known: KnownObject,
  report: ReportedWrite,
): { verdict: WriteVerdict; known: KnownObject } {
  const { writes } = known;
  const isListed = report.listedAtMs !== undefined;
  if (report.listedAtMs !== undefined && known.seenAtMs >= report.listedAtMs)
    return { verdict: 'known', known };
  const at = bestMatch(writes, report);
  const match = writes[at];
  // What came too late to be the newest is the object all the same if a listing says so.
  const isRevealed = isListed && match?.as === 'late';
  if (match && !isRevealed) return { verdict: 'known', known: filledIn(known, at, report) };

  const others = isRevealed ? writes.filter((write) => write !== match) : writes;
  const newest = others.at(-1);
  const orderMs = Math.min(report.timeMs, report.nowMs);
  if (newest && orderMs < newest.orderMs && !isListed) {
    const place = others.filter((write) => write.orderMs <= orderMs).length;
    const verdict = isBetween(others, place, report) ? 'between' : 'older';
    return {
      verdict,
      known: after(known, report, others.toSpliced(place, 0, remembered(report, orderMs, 'late'))),
    };
  }
  const isSame = newest !== undefined && report.etag !== '' && report.etag === newest.etag;
  const write = remembered(report, Math.max(orderMs, newest?.orderMs ?? orderMs), isSame ? 'same' : 'own');
  return { verdict: isSame ? 'same' : 'newer', known: after(known, report, [...others, write]) };
}

/** The newest is a version of its own after all. */
export function withNewestOfItsOwn(known: KnownObject): KnownObject {
  const newest = known.writes.at(-1);
  if (newest === undefined) return known;
  return { ...known, writes: [...known.writes.slice(0, -1), { ...newest, as: 'own' }] };
}

/** Of several that it may be: one that was taken, rather than one that came too late, and the nearest in time. */
function bestMatch(writes: readonly KnownWrite[], report: ReportedWrite): number {
  const farness = (write: KnownWrite) =>
    Math.abs(write.timeMs - report.timeMs) + (write.as === 'late' ? 2 * SAME_WRITE_MS : 0);
  return writes.reduce((best, write, index) => {
    if (!isSameWrite(write, report)) return best;
    const known = writes[best];
    return known === undefined || farness(write) < farness(known) ? index : best;
  }, -1);
}

function isSameWrite(known: KnownWrite, report: ReportedWrite): boolean {
  if (known.id !== '' && report.id !== '') return known.id === report.id;
  if (known.etag !== '' && report.etag !== '')
    return known.etag === report.etag && Math.abs(known.timeMs - report.timeMs) <= SAME_WRITE_MS;
  return known.timeMs === report.timeMs;
}

/** Whether a write of another content lies between the newest and the version that it was taken for. */
function isBetween(writes: readonly KnownWrite[], place: number, { etag }: ReportedWrite): boolean {
  const newest = writes.at(-1);
  const own = writes.findLastIndex((write) => write.as === 'own');
  return newest?.as === 'same' && place > own && etag !== newest.etag;
}

function remembered({ id, etag, timeMs }: ReportedWrite, orderMs: number, as: KnownWrite['as']): KnownWrite {
  return { id, etag, timeMs, orderMs, as };
}

/** A listing has no id of the request and an event may have no ETag: each fills in what the other left out. */
function filledIn(known: KnownObject, at: number, report: ReportedWrite): KnownObject {
  const write = known.writes[at];
  const isWhole = write === undefined || (write.id !== '' && write.etag !== '');
  if (isWhole || (write.id || report.id) + (write.etag || report.etag) === write.id + write.etag)
    return known;
  const filled = { ...write, id: write.id || report.id, etag: write.etag || report.etag };
  return { ...known, writes: known.writes.with(at, filled) };
}

function after(known: KnownObject, report: ReportedWrite, writes: readonly KnownWrite[]): KnownObject {
  return { writes: latest(writes), seenAtMs: Math.max(known.seenAtMs, report.nowMs) };
}

function latest(writes: readonly KnownWrite[]): readonly KnownWrite[] {
  const newestMs = writes.at(-1)?.orderMs ?? 0;
  const ofNewestSecond = writes.filter(({ orderMs }) => orderMs === newestMs).length;
  return writes.slice(-Math.min(Math.max(KEPT_WRITES, ofNewestSecond), KEPT_IN_ONE_SECOND));
}
