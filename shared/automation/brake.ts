import type { Log } from '../log.ts';
import type { Sql } from '../watch/store.ts';
import type { IntentRow } from './intent.ts';
import type { Rule } from './rules/rule.ts';

const WINDOW_SECONDS = 3600;
/** The brake is told of once in this time, however many jobs it holds back. */
const TELL_EVERY_SECONDS = 3600;

/**
 * Holds back an intent whose rule has submitted as many jobs in the last hour as it may: true when it must wait, and
 * then it is due when the hour of the oldest of them is over. One at a time for each rule, so that two cannot both take
 * the last place.
 */
export async function holdBack(
  sql: Sql,
  intent: IntentRow,
  rule: Rule | undefined,
  log: Log,
): Promise<boolean> {
  const most = rule?.maxJobsPerHour;
  // What was posted before and refused keeps its place.
  if (rule === undefined || most === undefined || intent.tries > 0) return false;
  await sql`select pg_advisory_xact_lock(hashtext('jobwatch brake'), hashtext(${rule.name}))`;
  const [full] = await sql<{ posted_at: Date }[]>`
    select posted_at from intents
    where rule = ${rule.name} and posted_at > jobwatch_now() - ${WINDOW_SECONDS} * interval '1 second'
    order by posted_at desc
    offset ${most - 1} limit 1`;
  if (full === undefined) return false;
  await sql`
    update intents set
      next_try_at = ${full.posted_at}::timestamptz + ${WINDOW_SECONDS} * interval '1 second',
      last_error = ${`held back: rule ${rule.name} submits at most ${most} jobs an hour`},
      claim_token = null, claimed_until = null
    where id = ${intent.id}`;
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
