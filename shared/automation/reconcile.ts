import { randomUUID } from 'node:crypto';
import { CiError } from '../ci/ci-error.ts';
import type { ListedObject } from '../ci/xml/parse-objects.ts';
import type { Sql } from '../watch/store.ts';
import { LEASE_SECONDS } from '../watch/sweep/claim.ts';
import { askCi, databaseNowMs, type SweepRun } from '../watch/sweep/sweep-run.ts';
import { catches } from './rules/match-rule.ts';
import type { Rule } from './rules/rule.ts';
import { takeObject } from './take-object.ts';

/** How often a rule's prefix is listed. */
const RECONCILE_EVERY_SECONDS = 900;
const DAY_MS = 86_400_000;

export interface Reconciling {
  readonly rules: readonly Rule[];
  readonly retentionDays: number;
  readonly callback: string | undefined;
}

/** Finds objects whose events were lost: what a rule catches, newer than the rule, in a version that it does not know. */
export async function reconcile(
  run: SweepRun,
  { rules, retentionDays, callback }: Reconciling,
): Promise<void> {
  for (const rule of rules.filter((candidate) => candidate.reconcile)) {
    if (rule.paused) {
      await run.store.transaction((sql) => stayInactive(sql, rule));
      continue;
    }
    const token = randomUUID();
    const turn = await run.store.transaction((sql) => takeTurn(sql, rule, token));
    if (turn === undefined) continue;
    // Versions are forgotten with the retention: an object older than half of it might be submitted again.
    const oldestMs = Math.max(turn.active_since.getTime(), databaseNowMs(run) - (retentionDays / 2) * DAY_MS);
    try {
      await listPrefix(run, rule, callback, oldestMs, turn.marker, token);
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      run.log.warn('a prefix could not be listed', {
        rule: rule.name,
        code: error.code,
        reason: error.message,
      });
    }
  }
}

async function listPrefix(
  run: SweepRun,
  rule: Rule,
  callback: string | undefined,
  oldestMs: number,
  from: string,
  token: string,
): Promise<void> {
  const bucket = { name: rule.bucket, region: rule.region };
  let marker = from;
  let intended = 0;
  do {
    const { answer } = await askCi(run, bucket, (call) =>
      run.ci.listObjects(bucket, { prefix: rule.prefix, marker }, call),
    );
    const candidates = answer.objects.filter(
      ({ key, modifiedMs }) =>
        modifiedMs >= oldestMs && catches(rule, { bucket: bucket.name, region: bucket.region, key }),
    );
    for (const { key, etag, size, modifiedMs } of await unknownVersions(run, rule, candidates)) {
      const write = {
        bucket: rule.bucket,
        region: rule.region,
        key,
        etag,
        size,
        timeMs: modifiedMs,
        write: '',
      };
      const decisions = await run.store.transaction((sql) =>
        takeObject(sql, write, [rule], 'object', callback),
      );
      intended += decisions.filter(({ decided }) => decided === 'intended').length;
    }
    marker = answer.nextMarker;
    await run.store.transaction((sql) => goOn(sql, rule, token, marker));
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
  run: SweepRun,
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
  marker: string;
}

/** The rule's turn to be listed; a rule that is seen for the first time is active from now on. */
async function takeTurn(sql: Sql, rule: Rule, token: string): Promise<Turn | undefined> {
  await sql`
    insert into rule_states as r (rule, scope, active_since, reconcile_at)
    values (${rule.name}, ${scopeOf(rule)}, jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set
      scope = excluded.scope, active_since = excluded.active_since, reconcile_at = excluded.reconcile_at, marker = ''
      where r.scope <> excluded.scope`;
  const [turn] = await sql<Turn[]>`
    update rule_states set
      reconcile_at = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second', claim_token = ${token}
    where rule = ${rule.name} and reconcile_at <= jobwatch_now()
    returning active_since, marker`;
  return turn;
}

/** What decides which objects a rule is for. */
function scopeOf({ bucket, region, prefix, suffixes, maxBytes }: Rule): string {
  return JSON.stringify([bucket, region, prefix, suffixes, maxBytes ?? null]);
}

/** What is written while a rule is paused stays none of its business. */
async function stayInactive(sql: Sql, rule: Rule): Promise<void> {
  await sql`
    insert into rule_states (rule, active_since, reconcile_at) values (${rule.name}, jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set active_since = excluded.active_since, marker = ''`;
}

/** Remembers where the listing goes on if it is cut short: then somebody goes on after the lease. */
async function goOn(sql: Sql, rule: Rule, token: string, marker: string): Promise<void> {
  await sql`
    update rule_states set
      marker = ${marker},
      reconcile_at = jobwatch_now()
        + ${marker === '' ? RECONCILE_EVERY_SECONDS : LEASE_SECONDS} * interval '1 second'
    where rule = ${rule.name} and claim_token = ${token}`;
}
