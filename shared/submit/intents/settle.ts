import type { Job } from '../../ci/job.ts';
import { prepared } from '../../store/prepared.ts';
import type { Sql } from '../../store/store.ts';
import { addWatches } from '../../watch/add-watches.ts';
import { observeWithin } from '../../watch/observe.ts';
import { submissionKeyOf } from '../../watch/user-data.ts';
import type { IntentRow } from '../intent.ts';
import { forgetOutputs } from '../outputs/note.ts';
import { hasNewer } from './supersede.ts';

/**
 * CI took it: its jobs are watched from now on. That is a fact and settles the intent whenever it is learned; doing it
 * twice changes nothing. The jobs of an intent that was given up meanwhile are watched too, and may write over what a
 * newer version's job wrote.
 */
export async function settleSubmitted(
  sql: Sql,
  intent: IntentRow,
  jobs: readonly Job[],
  sentAtMs: number,
): Promise<void> {
  const { id, bucket, region, source, rule } = intent;
  const watches = jobs.map((job, place) => {
    const operation = submissionKeyOf(job)?.index ?? place;
    return { jobId: job.JobId, bucket, region, source, rule, intentId: id, operation, job };
  });
  // What is observed is asked for behind what adds it, and travels with it.
  const added = addWatches(sql, watches);
  const observed = observeWithin(
    sql,
    jobs.map((job) => ({ job, sentAtMs, source })),
  );
  // Rows of watches are locked before those of intents.
  const settled = added.then(() => settle(sql, id, jobs));
  await Promise.all([added, observed, settled]);
}

async function settle(sql: Sql, id: string, jobs: readonly Job[]): Promise<void> {
  const settling = prepared(sql<{ before: IntentRow['state'] }[]>`
    update intents i set
      state = 'submitted', answer = ${JSON.stringify(jobs)}::text::json, settled_at = jobwatch_now(),
      last_error = '', claim_token = null, claimed_until = null, waits_bucket = null, waits_key = null
    from (select id, state from intents where id = ${id} and settled_at is null for update) as known
    where i.id = known.id
    returning known.state as before`).execute();
  const [[settled]] = await Promise.all([settling, forgetOutputs(sql, id)]);
  if (settled === undefined || settled.before === 'pending') await markOvertaken(sql, id);
}

/** It had been given up: a newer version may have been posted to its outputs meanwhile. */
async function markOvertaken(sql: Sql, intentId: string): Promise<void> {
  await sql`
    update watches w set overtaken = true
    from intents i
    where i.id = ${intentId} and w.intent_id = i.id and not w.overtaken
      and (i.state = 'superseded' or ${hasNewer(sql)})`;
}
