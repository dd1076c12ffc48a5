import { CiError } from '../../ci/ci-error.ts';
import type { ListedObject } from '../../ci/xml/parse-objects.ts';
import { catches, reasonAgainst } from '../../rules/match-rule.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Sql } from '../../store/store.ts';
import { countUnposted } from '../../submit/intents/count-unposted.ts';
import { pausesNow } from '../../submit/pause.ts';
import type { SubmitPolicy } from '../../submit/policy.ts';
import { workOff } from '../../submit/work-off.ts';
import { askCi, isOutOfTime } from '../../throttle/ask-ci.ts';
import { askLane, enterLane, noteAnswered, noteFailure } from '../../throttle/lanes.ts';
import type { Run } from '../../throttle/run.ts';
import { takeObject } from '../take-object.ts';
import { withoutKnown } from '../take-version.ts';

/** Submissions of an order that wait to be posted at once: the rest waits in the bucket, in nobody's way. */
const UNPOSTED_AT_ONCE = 100;
/** Longer than a page and what is done about it. */
const LEASE_SECONDS = 60;
/** How long one page may take: a bucket that hangs must not use up the sweep. */
const LISTING_MS = 15_000;

interface Backfill {
  id: string;
  rule: string;
  prefix: string;
  modified_since: Date | null;
  modified_until: Date | null;
  dry_run: boolean;
  marker: string;
}

/** What was counted since it was last written down. */
interface Counted {
  listed: number;
  caught: number;
  known: number;
  submitted: number;
}

const NONE: Counted = { listed: 0, caught: 0, known: 0, submitted: 0 };

/**
 * Goes on with the orders: lists their prefixes page by page, and writes submissions down for what no event and no listing
 * has told of. When the line is full it is worked off, so that a page is listed once. How far it came is committed with what
 * was done there: whoever goes on after a kill does nothing twice. Takes half of the run's time at most.
 */
export async function workOffBackfills(whole: Run, policy: SubmitPolicy): Promise<void> {
  const now = whole.clock.now();
  const run = { ...whole, deadlineMs: now + (whole.deadlineMs - now) / 2 };
  const open = await run.store.transaction(
    (sql) => sql<{ id: string; rule: string }[]>`
      select id, rule from backfills where ended_at is null order by created_at`,
  );
  for (const { id, rule: name } of open) {
    const rule = policy.rules.find((one) => one.name === name);
    if (run.clock.now() >= run.deadlineMs) return;
    if (rule === undefined) await run.store.transaction((sql) => endOf(sql, id, 'the rule is gone'));
    else await workOffOne(run, policy, rule, id);
  }
}

async function workOffOne(run: Run, policy: SubmitPolicy, rule: Rule, id: string): Promise<void> {
  const lane = askLane({ name: rule.bucket, region: rule.region });
  try {
    for (;;) {
      const backfill = await run.store.transaction(async (sql) => {
        const isPaused = rule.paused || (await pausesNow(sql)).has(rule.name);
        if (isPaused || (await enterLane(sql, lane)) === 'put-off') return undefined;
        return await claim(sql, id);
      });
      if (backfill === undefined) return;
      const goesOn = await doPage(run, policy, rule, backfill);
      await run.store.transaction(async (sql) => {
        await noteAnswered(sql, lane);
        await giveBack(sql, id);
      });
      if (!goesOn || run.clock.now() >= run.deadlineMs) return;
    }
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    const { code, reason, retryAfterMs } = error;
    run.log.warn('the prefix of a backfill could not be listed: it is listed again later', {
      code,
      backfill: id,
      rule: rule.name,
      reason: error.message,
    });
    if (isOutOfTime(run, error)) return;
    const failure = { about: `listing for backfill ${id}`, reason, retryAfterMs };
    await run.store.transaction(async (sql) => {
      await sql`update backfills set last_error = ${reason}, claimed_until = null where id = ${id}`;
      await noteFailure(sql, lane, failure, run.clock.random());
    });
  }
}

/** One at a time, of all instances; there must be room in line for what is found. */
async function claim(sql: Sql, id: string): Promise<Backfill | undefined> {
  const [open] = await sql<Backfill[]>`
    select id, rule, prefix, modified_since, modified_until, dry_run, marker from backfills
    where id = ${id} and ended_at is null and (claimed_until is null or claimed_until < jobwatch_now())
    for update skip locked`;
  if (open === undefined) return undefined;
  if (!open.dry_run && (await countUnposted(sql, id)) >= UNPOSTED_AT_ONCE) return undefined;
  await sql`
    update backfills set claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second' where id = ${id}`;
  return open;
}

async function giveBack(sql: Sql, id: string): Promise<void> {
  await sql`update backfills set claimed_until = null where id = ${id}`;
}

async function endOf(sql: Sql, id: string, error = ''): Promise<void> {
  await sql`
    update backfills set ended_at = jobwatch_now(), last_error = ${error} where id = ${id} and ended_at is null`;
}

/** Deals with one page, or with so much of it as there is room in line. Resolves with whether there may be more now. */
async function doPage(run: Run, policy: SubmitPolicy, rule: Rule, backfill: Backfill): Promise<boolean> {
  const bucket = { name: rule.bucket, region: rule.region };
  const { prefix, marker } = backfill;
  const deadlineMs = Math.min(run.deadlineMs, run.clock.now() + LISTING_MS);
  const { answer, sentAtMs } = await askCi({ ...run, deadlineMs }, bucket, (call) =>
    run.ci.listObjects(bucket, { prefix, marker }, call),
  );
  const { objects, nextMarker } = answer;
  const unknown = await unknownOf(run, rule, backfill, objects);
  let counted = NONE;
  for (const object of objects) {
    counted = { ...counted, listed: counted.listed + 1 };
    if (!isCaught(rule, backfill, object)) continue;
    counted = { ...counted, caught: counted.caught + 1 };
    if (!unknown.has(object.key)) {
      counted = { ...counted, known: counted.known + 1 };
      continue;
    }
    if (backfill.dry_run) {
      counted = { ...counted, submitted: counted.submitted + 1 };
      continue;
    }
    const found = { backfill, object, counted, listedAtMs: sentAtMs };
    let step = await takeOne(run, policy, rule, found);
    if (step === 'no-room') {
      await workOff(run, policy);
      step = await takeOne(run, policy, rule, found);
    }
    if (step === 'no-room' || step === 'ended') return false;
    counted = NONE;
    if (run.clock.now() >= run.deadlineMs) return false;
  }
  const last = objects.at(-1)?.key ?? marker;
  await run.store.transaction(async (sql) => {
    await noteProgress(sql, backfill.id, nextMarker || last, counted);
    if (nextMarker === '') await endOf(sql, backfill.id);
  });
  return nextMarker !== '';
}

async function unknownOf(
  run: Run,
  rule: Rule,
  backfill: Backfill,
  objects: readonly ListedObject[],
): Promise<ReadonlySet<string>> {
  const caught = objects.filter((object) => isCaught(rule, backfill, object));
  if (caught.length === 0) return new Set();
  const unknown = await run.store.transaction((sql) => withoutKnown(sql, rule, caught));
  return new Set(unknown.map(({ key }) => key));
}

/** What the rule takes: a larger one, or one of another time, is left alone and not counted. */
function isCaught(
  rule: Rule,
  { modified_since, modified_until }: Backfill,
  { key, etag, size, modifiedMs }: ListedObject,
): boolean {
  const write = { bucket: rule.bucket, region: rule.region, key, etag, size, timeMs: modifiedMs, write: '' };
  if (!catches(rule, write) || reasonAgainst(rule, write) !== undefined) return false;
  return (
    modifiedMs >= (modified_since?.getTime() ?? Number.NEGATIVE_INFINITY) &&
    modifiedMs < (modified_until?.getTime() ?? Number.POSITIVE_INFINITY)
  );
}

interface Found {
  readonly backfill: Backfill;
  readonly object: ListedObject;
  /** up to this object, itself included */
  readonly counted: Counted;
  /** when the page was asked for, by the database's clock */
  readonly listedAtMs: number;
}

/** Decides about one object, and notes in the same transaction that it was dealt with. */
async function takeOne(
  run: Run,
  policy: SubmitPolicy,
  rule: Rule,
  { backfill, object, counted, listedAtMs }: Found,
): Promise<'taken' | 'no-room' | 'ended'> {
  const { key, etag, size, modifiedMs } = object;
  const write = { bucket: rule.bucket, region: rule.region, key, etag, size, timeMs: modifiedMs, write: '' };
  return await run.store.transaction(async (sql) => {
    const [open] =
      await sql`select 1 from backfills where id = ${backfill.id} and ended_at is null for update`;
    if (open === undefined) return 'ended';
    if ((await countUnposted(sql, backfill.id)) >= UNPOSTED_AT_ONCE) return 'no-room';
    const decisions = await takeObject(
      sql,
      write,
      { ...policy, rules: [rule] },
      { listedAtMs, behindOf: backfill.id },
    );
    // Meanwhile its event may have come, or another listing.
    const isSubmitted = decisions.some(({ decided }) => decided === 'intended');
    await noteProgress(sql, backfill.id, key, {
      ...counted,
      known: counted.known + (isSubmitted ? 0 : 1),
      submitted: counted.submitted + (isSubmitted ? 1 : 0),
    });
    return 'taken';
  });
}

async function noteProgress(sql: Sql, id: string, marker: string, counted: Counted): Promise<void> {
  const { listed, caught, known, submitted } = counted;
  await sql`
    update backfills set marker = ${marker}, last_error = '', listed = listed + ${listed}, caught = caught + ${caught},
      known = known + ${known}, submitted = submitted + ${submitted},
      claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    where id = ${id}`;
}
