import { randomUUID } from 'node:crypto';
import { CiError } from '../ci/ci-error.ts';
import type { ListedObject } from '../ci/xml/parse-objects.ts';
import { catches } from '../rules/match-rule.ts';
import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';
import { LEASE_SECONDS } from '../sweep/claim/lease.ts';
import { askCi, isOutOfTime } from '../throttle/ask-ci.ts';
import { askLane, enterLane, type Lane, noteAnswered, noteFailure } from '../throttle/lanes.ts';
import type { Run } from '../throttle/run.ts';
import { takeObject } from './take-object.ts';

/** How often a rule's prefix is listed. */
export const RECONCILE_EVERY_SECONDS = 900;
/** How long one page may take: a bucket that hangs must not use up the sweep. */
const LISTING_MS = 15_000;
/** Reasons that one log line holds. */
const MOST_TOLD = 10;

export interface Reconciling {
  readonly rules: readonly Rule[];
  readonly callback: string | undefined;
}

/** Finds objects whose events were lost: what a rule catches, newer than the rule, in a version that it does not know. */
export async function reconcile(run: Run, { rules, callback }: Reconciling): Promise<void> {
  for (const rule of rules.filter((candidate) => candidate.reconcile)) {
    if (rule.paused) {
      await run.store.transaction((sql) => stayInactive(sql, rule));
      continue;
    }
    const lane = askLane({ name: rule.bucket, region: rule.region });
    const token = randomUUID();
    const turn = await run.store.transaction((sql) => takeTurn(sql, rule, lane, token));
    if (turn === undefined) continue;
    try {
      await listPrefix(run, rule, callback, turn, token);
      await run.store.transaction((sql) => noteAnswered(sql, lane));
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      const { code, reason, retryAfterMs } = error;
      run.log.warn('a prefix could not be listed', { rule: rule.name, code, reason: error.message });
      if (isOutOfTime(run, error)) return;
      const failure = { about: `listing for rule ${rule.name}`, reason, retryAfterMs };
      await run.store.transaction((sql) => noteFailure(sql, lane, failure, run.clock.random()));
    }
  }
}

async function listPrefix(
  run: Run,
  rule: Rule,
  callback: string | undefined,
  { active_since, known_since, marker: from }: Turn,
  token: string,
): Promise<void> {
  const bucket = { name: rule.bucket, region: rule.region };
  const oldestMs = Math.max(active_since.getTime(), known_since.getTime());
  let marker = from;
  let intended = 0;
  do {
    const deadlineMs = Math.min(run.deadlineMs, run.clock.now() + LISTING_MS);
    const { answer, sentAtMs } = await askCi({ ...run, deadlineMs }, bucket, (call) =>
      run.ci.listObjects(bucket, { prefix: rule.prefix, marker }, call),
    );
    if (answer.unreadable.length > 0) {
      run.log.warn('listed objects cannot be read', {
        code: 'UnreadableObject',
        rule: rule.name,
        reasons: answer.unreadable.slice(0, MOST_TOLD),
        objects: answer.unreadable.length,
      });
    }
    const candidates = answer.objects.filter(
      ({ key, modifiedMs }) =>
        modifiedMs >= oldestMs && catches(rule, { bucket: bucket.name, region: bucket.region, key }),
    );
    const about = { rules: [rule], callback, listedAtMs: sentAtMs };
    for (const { key, etag, size, modifiedMs } of await unknownVersions(run, rule, candidates)) {
      // The page is listed again by whoever goes on.
      if (run.clock.now() >= run.deadlineMs) return;
      const write = {
        bucket: rule.bucket,
        region: rule.region,
        key,
        etag,
        size,
        timeMs: modifiedMs,
        write: '',
      };
      const decisions = await run.store.transaction((sql) => takeObject(sql, write, about));
      intended += decisions.filter(({ decided }) => decided === 'intended').length;
    }
    marker = answer.nextMarker;
    await run.store.transaction((sql) => saveMarker(sql, rule, token, marker));
  } while (marker !== '' && run.clock.now() < run.deadlineMs);
  if (intended > 0)
    run.log.warn('events were lost: objects found by listing', {
      code: 'Reconciled',
      rule: rule.name,
      intended,
    });
}

/** Most objects are known as they are: one question sorts a page out. */
async function unknownVersions(
  run: Run,
  rule: Rule,
  objects: readonly ListedObject[],
): Promise<readonly ListedObject[]> {
  if (objects.length === 0) return [];
  const known = await run.store.transaction(
    (sql) => sql<{ object: string; etag: string }[]>`
      select object, etag from object_versions
      where bucket = ${rule.bucket} and region = ${rule.region} and rule = ${rule.name}
        and object in (select json_array_elements_text(${JSON.stringify(objects.map(({ key }) => key))}::text::json))`,
  );
  const etags = new Map(known.map(({ object, etag }) => [object, etag]));
  return objects.filter(({ key, etag }) => etags.get(key) !== etag);
}

interface Turn {
  active_since: Date;
  /** from when on every version that was told of is remembered */
  known_since: Date;
  marker: string;
}

/** The rule's turn to be listed; a rule that is seen for the first time is active from now on. */
async function takeTurn(sql: Sql, rule: Rule, lane: Lane, token: string): Promise<Turn | undefined> {
  await sql`
    insert into rule_states as r (rule, scope, active_since, known_since, reconcile_at)
    values (${rule.name}, ${scopeOf(rule)}, jobwatch_now(), jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set
      scope = excluded.scope, active_since = excluded.active_since, reconcile_at = excluded.reconcile_at, marker = ''
      where r.scope <> excluded.scope`;
  const [due] = await sql`
    select 1 from rule_states where rule = ${rule.name} and reconcile_at <= jobwatch_now() for update skip locked`;
  if (due === undefined || (await enterLane(sql, lane)) === 'put-off') return undefined;
  const [turn] = await sql<Turn[]>`
    update rule_states set
      reconcile_at = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second', claim_token = ${token}
    where rule = ${rule.name}
    returning active_since, coalesce(known_since, active_since) as known_since, marker`;
  return turn;
}

/** What decides which objects a rule is for. */
function scopeOf({ bucket, region, prefix, suffixes, maxBytes }: Rule): string {
  return JSON.stringify([bucket, region, prefix, suffixes, maxBytes ?? null]);
}

/** What is written while a rule is paused stays none of its business. */
async function stayInactive(sql: Sql, rule: Rule): Promise<void> {
  await sql`
    insert into rule_states (rule, active_since, known_since, reconcile_at)
    values (${rule.name}, jobwatch_now(), jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set active_since = excluded.active_since, marker = ''`;
}

/** Remembers where the listing goes on if it is cut short: then somebody goes on after the lease. */
async function saveMarker(sql: Sql, rule: Rule, token: string, marker: string): Promise<void> {
  await sql`
    update rule_states set
      marker = ${marker},
      reconcile_at = jobwatch_now()
        + ${marker === '' ? RECONCILE_EVERY_SECONDS : LEASE_SECONDS} * interval '1 second'
    where rule = ${rule.name} and claim_token = ${token}`;
}
