import type { Log } from '../log.ts';
import type { Sql } from '../watch/store.ts';
import type { IntentRow } from './intent.ts';
import type { Rule } from './rules/rule.ts';

const WINDOW_SECONDS = 3600;
/** How often an intent whose rule is paused or gone is looked at. */
const RULE_AWAY_SECONDS = 300;
/** The brake is told of once in this time, however many jobs it holds back. */
const TELL_EVERY_SECONDS = 3600;

/**
 * Holds back an intent whose rule is paused or gone, or has submitted as many jobs in the last hour as it may: true when
 * it must wait; then it is due when the hour of the oldest of them is over. One at a time for each rule, so that two cannot both take
 * the last place.
 */
export async function holdBack(
  sql: Sql,
  intent: IntentRow,
  token: string,
  rule: Rule | undefined,
  log: Log,
): Promise<boolean> {
  // What CI may have taken already has its place, whatever becomes of the rule.
  if (intent.rule === '' || intent.posted_at !== null) return false;
  if (rule === undefined || rule.paused) {
    await wait(sql, intent, token, `rule ${intent.rule} is paused or gone`, RULE_AWAY_SECONDS);
    return true;
  }
  const most = rule.maxJobsPerHour;
  if (most === undefined) return false;
  await sql`select pg_advisory_xact_lock(hashtext('jobwatch brake'), hashtext(${rule.name}))`;
  const [full] = await sql<{ seconds: number }[]>`
    select extract(epoch from posted_at - jobwatch_now())::float8 + ${WINDOW_SECONDS} as seconds from intents
    where rule = ${rule.name} and posted_at > jobwatch_now() - ${WINDOW_SECONDS} * interval '1 second'
    order by posted_at desc
    offset ${most - 1} limit 1`;
  if (full === undefined) return false;
  await wait(sql, intent, token, `rule ${rule.name} submits at most ${most} jobs an hour`, full.seconds);
  const told = await sql`
    insert into rule_states as r (rule, active_since, reconcile_at, braked_at)
    values (${rule.name}, jobwatch_now(), jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set braked_at = excluded.braked_at
    where r.braked_at is null or r.braked_at < jobwatch_now() - ${TELL_EVERY_SECONDS} * interval '1 second'
    returning 1`;
  if (told.length === 1)
    log.error('a rule has reached its limit: jobs wait', { code: 'Brake', rule: rule.name, most });
  return true;
}

/** Fenced: only whoever still holds the intent may say when it is due. */
async function wait(
  sql: Sql,
  intent: IntentRow,
  token: string,
  reason: string,
  seconds: number,
): Promise<void> {
  await sql`
    update intents set
      next_try_at = jobwatch_now() + ${seconds}::float8 * interval '1 second', last_error = ${`held back: ${reason}`},
      claim_token = null, claimed_until = null
    where id = ${intent.id} and claim_token = ${token} and state = 'pending'`;
}
