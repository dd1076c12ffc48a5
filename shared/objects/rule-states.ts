import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';
import { LEASE_SECONDS } from '../sweep/claim/lease.ts';
import { BACK_BATCH, type BroughtBack, type JudgedClock, latestDue } from '../throttle/clock-back.ts';
import { enterLane, type Lane } from '../throttle/lanes.ts';

/** How often a rule's prefix is listed. */
const RECONCILE_EVERY_SECONDS = 900;

/** A rule whose prefix is to be listed now, by whoever holds the token. */
export interface ListingTurn {
  readonly token: string;
  /** older objects are none of the rule's business */
  readonly oldestMs: number;
  /** where a listing that was cut short goes on; '' at the beginning */
  readonly marker: string;
}

/** The rule's turn to be listed; a rule that is seen for the first time is active from now on. */
export async function takeListingTurn(
  sql: Sql,
  rule: Rule,
  lane: Lane,
  token: string,
): Promise<ListingTurn | undefined> {
  await sql`
    insert into rule_states as r (rule, scope, active_since, known_since, reconcile_at)
    values (${rule.name}, ${scopeOf(rule)}, jobwatch_now(), jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set
      scope = excluded.scope, active_since = excluded.active_since, reconcile_at = excluded.reconcile_at, marker = ''
      where r.scope <> excluded.scope`;
  const [due] = await sql`
    select 1 from rule_states where rule = ${rule.name} and reconcile_at <= jobwatch_now() for update skip locked`;
  if (due === undefined || (await enterLane(sql, lane)) === 'put-off') return undefined;
  const [turn] = await sql<{ oldest: Date; marker: string }[]>`
    update rule_states set
      reconcile_at = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second', claim_token = ${token}
    where rule = ${rule.name}
    -- from known_since on every version that was reported is remembered
    returning greatest(active_since, known_since) as oldest, marker`;
  return turn && { token, oldestMs: turn.oldest.getTime(), marker: turn.marker };
}

/** What decides which objects a rule is for. */
function scopeOf({ bucket, region, prefix, suffixes, maxBytes }: Rule): string {
  return JSON.stringify([bucket, region, prefix, suffixes, maxBytes ?? null]);
}

/** What is written while a rule is paused stays none of its business. */
export async function stayInactive(sql: Sql, rule: Rule): Promise<void> {
  await sql`
    insert into rule_states (rule, active_since, known_since, reconcile_at)
    values (${rule.name}, jobwatch_now(), jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set active_since = excluded.active_since, marker = ''`;
}

/** Remembers where the listing goes on if it is cut short: then somebody goes on after the lease. */
export async function saveMarker(sql: Sql, rule: Rule, token: string, marker: string): Promise<void> {
  await sql`
    update rule_states set
      marker = ${marker},
      reconcile_at = jobwatch_now()
        + ${marker === '' ? RECONCILE_EVERY_SECONDS : LEASE_SECONDS} * interval '1 second'
    where rule = ${rule.name} and claim_token = ${token}`;
}

/** What a clock which was put back since has put off: the next listings, and since when rules are active. */
export function bringRulesBack(sql: Sql, clock: JudgedClock): BroughtBack {
  return [
    sql`
      with far as (
        select rule from rule_states
        where reconcile_at > ${latestDue(clock, RECONCILE_EVERY_SECONDS)}
          or active_since > ${clock.now} or known_since > ${clock.now}
        limit ${BACK_BATCH} for update skip locked
      )
      update rule_states s set
        reconcile_at = least(reconcile_at, ${clock.now}),
        active_since = least(active_since, ${clock.now}), known_since = least(known_since, ${clock.now})
      from far where s.rule = far.rule`,
  ];
}
