import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';

const WINDOW_SECONDS = 3600;
/** The brake is told of once in this time, however many jobs it holds back. */
const TELL_EVERY_SECONDS = 3600;

/** A rule has submitted as many jobs in the last hour as it may. */
export interface Braked {
  /** until its next place is free */
  readonly seconds: number;
  readonly reason: string;
  /** whether nobody was told of it lately */
  readonly isNews: boolean;
}

/**
 * Whether the rule must wait before it submits another job; undefined when it need not. One at a time for each rule, so
 * that two cannot both take the last place.
 */
export async function brake(sql: Sql, rule: Rule): Promise<Braked | undefined> {
  const { name, maxJobsPerHour: most } = rule;
  if (most === undefined) return undefined;
  await sql`select pg_advisory_xact_lock(hashtext('jobwatch brake'), hashtext(${name}))`;
  const [full] = await sql<{ seconds: number }[]>`
    select extract(epoch from posted_at - jobwatch_now())::float8 + ${WINDOW_SECONDS} as seconds from intents
    where rule = ${name} and posted_at > jobwatch_now() - ${WINDOW_SECONDS} * interval '1 second'
      -- what was posted in the future was posted by a clock that has been put back
      and posted_at < jobwatch_now() + interval '1 minute'
    order by posted_at desc
    offset ${most - 1} limit 1`;
  if (full === undefined) return undefined;
  const told = await sql`
    insert into rule_states as r (rule, active_since, known_since, reconcile_at, braked_at)
    values (${name}, jobwatch_now(), jobwatch_now(), jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set braked_at = excluded.braked_at
    where r.braked_at is null or r.braked_at < jobwatch_now() - ${TELL_EVERY_SECONDS} * interval '1 second'
    returning 1`;
  return {
    seconds: full.seconds,
    reason: `held back: rule ${name} submits at most ${most} jobs an hour`,
    isNews: told.length === 1,
  };
}
