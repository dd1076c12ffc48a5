import type { Bucket } from '../ci/bucket.ts';
import type { Sql } from '../store/store.ts';
import { errorDelayMs } from './schedule.ts';

/**
 * What must not hold up others: the submissions of one bucket and rule, or the questions about one bucket. One in which
 * requests come to nothing is put off as a whole, and costs nothing meanwhile.
 *
 *            two different requests in a row come to nothing, or CI asks to wait
 *   open ────────────────────────────────────────────────────────────────────────────▶ put off: 10 s, doubling to 300
 *    ▲                                                                                   │ time is up
 *    └────────────── it is answered ◀────────────── one request, the probe ◀─────────────┘
 *                                                      └─ it comes to nothing ──▶ put off, twice as long
 */
export interface Lane {
  readonly kind: 'submit' | 'ask';
  readonly bucket: string;
  readonly region: string;
  /** '' for questions, and for what callers submit */
  readonly rule: string;
}

/**
 * How far a lane may go: as it likes, as it likes although the last request came to nothing, with one request that finds
 * out, or not at all.
 */
export type Entry = 'open' | 'failing' | 'probe' | 'put-off';

/** So many different requests in a row that come to nothing are no accident. */
const FAILURES_TO_PUT_OFF = 2;
/** While one probes, nobody else enters: longer than a request may take. */
const PROBE_SECONDS = 30;
/** No lane is put off for longer: what is, was put off by a clock that has been put back since. */
export const LONGEST_PUT_OFF_SECONDS = 3600;

export function askLane({ name, region }: Bucket): Lane {
  return { kind: 'ask', bucket: name, region, rule: '' };
}

/** Whether a lane may be entered now; whoever is let in as the probe keeps the others out until it has left. */
export async function enterLane(sql: Sql, lane: Lane): Promise<Entry> {
  const [known] = await sql<{ failures: number; waits: boolean }[]>`
    select failures, ${isPutOff(sql)} as waits from lanes where ${isLane(sql, lane)}`;
  if (known === undefined) return 'open';
  if (known.waits) return 'put-off';
  if (known.failures === 0) return 'open';
  if (known.failures < FAILURES_TO_PUT_OFF) return 'failing';
  const [probe] = await sql`
    update lanes set
      put_off_at = jobwatch_now(), put_off_until = jobwatch_now() + ${PROBE_SECONDS} * interval '1 second'
    where ${isLane(sql, lane)} and not ${isPutOff(sql)}
    returning 1`;
  return probe ? 'probe' : 'put-off';
}

/** A request of the lane was answered: it is open, whatever came before. */
export async function noteAnswered(sql: Sql, lane: Lane): Promise<void> {
  await sql`
    update lanes set failures = 0, last_failed = '', put_off_until = null, reason = ''
    where ${isLane(sql, lane)} and failures > 0`;
}

export interface Failure {
  /** what was asked for: the same again is no second failure */
  readonly about: string;
  readonly reason: string;
  /** CI wants to be left alone: no second failure is waited for */
  readonly patience?: boolean;
  /** at least so long */
  readonly retryAfterMs?: number | undefined;
}

/** A request of the lane came to nothing. Resolves with whether the lane is put off by it. */
export async function noteFailure(
  sql: Sql,
  lane: Lane,
  { about, reason, patience = false, retryAfterMs = 0 }: Failure,
  random: number,
): Promise<boolean> {
  await ensureLanes(sql, [lane]);
  const [known] = await sql<{ failures: number; last_failed: string }[]>`
    select failures, last_failed from lanes where ${isLane(sql, lane)} for update`;
  if (known === undefined) return false;
  const isSecond = known.last_failed !== about || known.failures >= FAILURES_TO_PUT_OFF;
  const counted = known.failures + (isSecond ? 1 : 0);
  const failures = patience ? Math.max(counted, FAILURES_TO_PUT_OFF) : counted;
  const putOff = failures >= FAILURES_TO_PUT_OFF;
  const delayMs = Math.max(errorDelayMs(failures - FAILURES_TO_PUT_OFF + 1, random), retryAfterMs);
  await sql`
    update lanes set
      failures = ${failures}, last_failed = ${about}, reason = ${reason}, put_off_at = jobwatch_now(),
      put_off_until = case when ${putOff} then jobwatch_now() + ${delayMs}::float8 * interval '1 millisecond' end
    where ${isLane(sql, lane)}`;
  return putOff;
}

/** Puts a lane off although its requests are answered: its rule is paused, or has reached its limit. */
export async function putLaneOff(sql: Sql, lane: Lane, reason: string, seconds: number): Promise<void> {
  await ensureLanes(sql, [lane]);
  await sql`
    update lanes set
      reason = ${reason}, put_off_at = jobwatch_now(),
      put_off_until = jobwatch_now() + least(${seconds}::float8, ${LONGEST_PUT_OFF_SECONDS}) * interval '1 second'
    where ${isLane(sql, lane)}`;
}

/** What kept the lane off has changed, unless its requests come to nothing: it has its turn at once. */
export async function clearPutOff(sql: Sql, lane: Lane): Promise<void> {
  await sql`update lanes set put_off_until = null where ${isLane(sql, lane)} and failures < ${FAILURES_TO_PUT_OFF}`;
}

/** The probe asked for nothing: somebody else is let in as the next one. */
export async function giveProbeBack(sql: Sql, lane: Lane): Promise<void> {
  await sql`update lanes set put_off_until = null where ${isLane(sql, lane)}`;
}

/** Takes the lane for one turn: undefined while somebody else is taking it, or it may not be entered. */
export async function takeLane(sql: Sql, lane: Lane): Promise<Exclude<Entry, 'put-off'> | undefined> {
  await ensureLanes(sql, [lane]);
  const [free] = await sql`select 1 from lanes where ${isLane(sql, lane)} for update skip locked`;
  if (free === undefined) return undefined;
  const entry = await enterLane(sql, lane);
  if (entry === 'put-off') return undefined;
  await sql`update lanes set served = nextval('lane_turns') where ${isLane(sql, lane)}`;
  return entry;
}

async function ensureLanes(sql: Sql, lanes: readonly Lane[]): Promise<void> {
  await sql`
    insert into lanes (kind, bucket, region, rule)
    select kind, bucket, region, rule from json_to_recordset(${JSON.stringify(lanes)}::text::json)
      as l (kind text, bucket text, region text, rule text)
    order by kind, bucket, region, rule
    on conflict do nothing`;
}

/** The condition that a row of `lanes` is put off now, and not by a clock that has been put back since. */
export function isPutOff(sql: Sql) {
  return sql`(
    put_off_until is not null and put_off_until > jobwatch_now()
    and coalesce(put_off_at <= jobwatch_now(), true)
    and put_off_until <= jobwatch_now() + ${LONGEST_PUT_OFF_SECONDS + 1} * interval '1 second')`;
}

function isLane(sql: Sql, { kind, bucket, region, rule }: Lane) {
  return sql`kind = ${kind} and bucket = ${bucket} and region = ${region} and rule = ${rule}`;
}
