import { randomUUID } from 'node:crypto';
import { CiError } from '../ci/ci-error.ts';
import { errorDelayMs } from '../watch/schedule.ts';
import type { Sql } from '../watch/store.ts';
import { LEASE_SECONDS } from '../watch/sweep/claim.ts';
import { askCi, databaseNowMs, isOutOfTime, type SweepRun } from '../watch/sweep/sweep-run.ts';
import { holdBack } from './brake.ts';
import { findSubmitted } from './find-submitted.ts';
import type { IntentRow } from './intent.ts';
import { postIntent } from './post-intent.ts';
import type { Rule } from './rules/rule.ts';
import { postLater, settleRefused, settleSubmitted } from './settle-intent.ts';

/** A job that was not found is looked for once more before it is submitted again. */
const LOOKS = 2;
const SECOND_LOOK_SECONDS = 30;
/** How long a POST of recheck may take, or a search: one submission must not use up the sweep. */
const POST_MS = 15_000;

export interface WorkOff {
  readonly settleSeconds: number;
  readonly rules: readonly Rule[];
}

/** Works off the intents that are due: new ones, those in doubt, those that were throttled, those whose process died. */
export async function workOff(run: SweepRun, options: WorkOff): Promise<void> {
  const { clock, deadlineMs } = run;
  // Submissions that hang leave the other half to what comes after them.
  const untilMs = Math.min(clock.now() + (deadlineMs - clock.now()) / 2, deadlineMs - POST_MS);
  while (clock.now() < untilMs) {
    const token = randomUUID();
    const intent = await run.store.transaction((sql) => claimIntent(sql, token));
    if (intent === undefined) return;
    const ask = { ...run, deadlineMs: run.clock.now() + POST_MS };
    const error =
      intent.state === 'pending' ? await post(ask, intent, token, options) : await look(ask, intent, token);
    if (error === undefined) continue;
    // The rate has no turn left for this sweep, and would have none for the next intent either.
    if (isOutOfTime(run, error)) return;
    run.tally.errors += 1;
    run.log.warn('a submission failed', { intent: intent.id, code: error.code, reason: error.message });
  }
}

async function post(
  run: SweepRun,
  intent: IntentRow,
  token: string,
  { rules, settleSeconds }: WorkOff,
): Promise<CiError | undefined> {
  const { store } = run;
  const bucket = { name: intent.bucket, region: intent.region };
  const rule = rules.find(({ name }) => name === intent.rule);
  const posting = await store.transaction(async (sql) => {
    if (await holdBack(sql, intent, token, rule, run.log)) return undefined;
    return await markPosting(sql, intent, token, settleSeconds);
  });
  if (posting === undefined) return undefined;
  const poster = { store, ci: run.ci, nowMs: () => databaseNowMs(run) };
  const { answer: posted } = await askCi(run, bucket, (call) => postIntent(poster, posting, call));
  if (posted.outcome === 'submitted') {
    run.tally.changed += posted.jobs.length;
    return undefined;
  }
  const { error } = posted;
  if (posted.outcome === 'not-taken') {
    await store.transaction((sql) =>
      // Rights and set-ups are put right by somebody; only what the request itself says stays wrong.
      error.kind === 'invalid'
        ? settleRefused(sql, posting, error)
        : postLater(sql, posting, error, run.clock.random()),
    );
  }
  return error;
}

async function look(run: SweepRun, intent: IntentRow, token: string): Promise<CiError | undefined> {
  let found: Awaited<ReturnType<typeof findSubmitted>>;
  try {
    found = await findSubmitted(run, intent);
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    await run.store.transaction((sql) => tryLater(sql, intent, token, error, run.clock.random()));
    return error;
  }
  const { jobs, sentAtMs } = found;
  const looks = intent.looks + 1;
  const complete = jobs.length === intent.request.Operation.length;
  if (complete || (jobs.length > 0 && looks >= LOOKS)) {
    await run.store.transaction((sql) => settleSubmitted(sql, intent, jobs, sentAtMs));
    run.tally.changed += jobs.length;
    return undefined;
  }
  await run.store.transaction((sql) => lookedInVain(sql, intent, token, looks));
  return undefined;
}

async function claimIntent(sql: Sql, token: string): Promise<IntentRow | undefined> {
  const [intent] = await sql<IntentRow[]>`
    with due as (
      select id from intents
      where settled_at is null and next_try_at <= (select jobwatch_now())
        and (claimed_until is null or claimed_until < jobwatch_now())
        and (post_until is null or post_until < jobwatch_now())
      order by next_try_at
      limit 1
      for update skip locked
    )
    update intents i set claim_token = ${token}, claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    from due where i.id = due.id
    returning i.*`;
  return intent;
}

/** Fenced: only whoever still holds the intent may post it. */
async function markPosting(
  sql: Sql,
  intent: IntentRow,
  token: string,
  settleSeconds: number,
): Promise<IntentRow | undefined> {
  const [posting] = await sql<IntentRow[]>`
    update intents set
      state = 'posting', tries = tries + 1, looks = 0, posted_at = coalesce(posted_at, jobwatch_now()),
      post_until = jobwatch_now() + ${POST_MS} * interval '1 millisecond',
      next_try_at = jobwatch_now() + ${POST_MS} * interval '1 millisecond' + ${settleSeconds} * interval '1 second'
    where id = ${intent.id} and claim_token = ${token} and settled_at is null
    returning *`;
  return posting;
}

async function lookedInVain(sql: Sql, intent: IntentRow, token: string, looks: number): Promise<void> {
  await sql`
    update intents set
      state = ${looks >= LOOKS ? 'pending' : 'doubtful'}, looks = ${looks},
      next_try_at = jobwatch_now() + ${looks >= LOOKS ? 0 : SECOND_LOOK_SECONDS} * interval '1 second',
      claim_token = null, claimed_until = null
    where id = ${intent.id} and claim_token = ${token} and settled_at is null`;
}

async function tryLater(
  sql: Sql,
  intent: IntentRow,
  token: string,
  error: CiError,
  random: number,
): Promise<void> {
  await sql`
    update intents set
      last_error = ${error.reason}, tries = tries + 1,
      next_try_at = jobwatch_now() + ${errorDelayMs(intent.tries, random)}::float8 * interval '1 millisecond',
      claim_token = null, claimed_until = null
    where id = ${intent.id} and claim_token = ${token} and settled_at is null`;
}
