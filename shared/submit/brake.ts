import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';
import { recordOwnEvent } from '../watch/record-own-event.ts';
import { secondsUntilFree } from './intents/posted-lately.ts';

/** The brake is logged once in this time, however many jobs it holds back. */
const LOG_EVERY_SECONDS = 3600;

/** A rule has submitted as many jobs in the last hour as it may. */
export interface Brake {
  readonly rule: string;
  readonly maxJobsPerHour: number;
  /** until its next place is free */
  readonly seconds: number;
  readonly reason: string;
  /** whether it was not logged lately */
  readonly isNews: boolean;
}

/**
 * What keeps the rule from submitting another job now; undefined when it may. One at a time for each rule, so that two
 * cannot both take the last place.
 */
export async function findBrake(sql: Sql, rule: Rule): Promise<Brake | undefined> {
  const { name, maxJobsPerHour } = rule;
  const seconds = await secondsUntilPlace(sql, rule);
  if (maxJobsPerHour === undefined || seconds === undefined) return undefined;
  const noted = await sql`
    insert into rule_states as r (rule, active_since, known_since, reconcile_at, braked_at)
    values (${name}, jobwatch_now(), jobwatch_now(), jobwatch_now(), jobwatch_now())
    on conflict (rule) do update set braked_at = excluded.braked_at
    where r.braked_at is null or r.braked_at < jobwatch_now() - ${LOG_EVERY_SECONDS} * interval '1 second'
    returning 1`;
  if (noted.length > 0)
    await recordOwnEvent(sql, {
      type: 'jobwatch.rule.braked',
      subject: name,
      data: { Rule: name, MaxJobsPerHour: maxJobsPerHour, NextInSeconds: Math.ceil(seconds) },
    });
  return {
    rule: name,
    maxJobsPerHour,
    seconds,
    reason: `held back: rule ${name} submits at most ${maxJobsPerHour} jobs an hour`,
    isNews: noted.length === 1,
  };
}

/**
 * In how many seconds the rule may submit another job; undefined when it may now, and nobody else may take that place
 * before the transaction ends.
 */
export async function secondsUntilPlace(
  sql: Sql,
  { name, maxJobsPerHour }: Rule,
): Promise<number | undefined> {
  if (maxJobsPerHour === undefined) return undefined;
  const locked = sql`select pg_advisory_xact_lock(hashtext('jobwatch brake'), hashtext(${name}))`.execute();
  const [, seconds] = await Promise.all([locked, secondsUntilFree(sql, name, maxJobsPerHour)]);
  return seconds;
}

/** Of what a rule may submit in an hour, orders take at most this share: the rest is for new objects. */
const BEHIND_SHARE = 0.5;

/** In how many seconds the rule may submit another job for an order; undefined when it may now. Asked under the brake. */
export async function secondsUntilBehind(
  sql: Sql,
  { name, maxJobsPerHour }: Rule,
): Promise<number | undefined> {
  if (maxJobsPerHour === undefined) return undefined;
  const most = Math.max(1, Math.floor(maxJobsPerHour * BEHIND_SHARE));
  return await secondsUntilFree(sql, name, most, { behind: true });
}
