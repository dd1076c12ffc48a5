import type { Bucket } from '../ci/bucket.ts';
import { CiError } from '../ci/ci-error.ts';
import { inBatches } from '../store/in-batches.ts';
import { isRecent, texts } from '../store/sql-values.ts';
import type { Sql } from '../store/store.ts';
import { askCi } from '../throttle/ask-ci.ts';
import { enterBucket } from '../throttle/bucket-lane.ts';
import type { Run } from '../throttle/run.ts';
import { countChanges } from './observe.ts';
import { observeTogether } from './observe-together.ts';
import type { Source } from './watch.ts';

/** A job is looked at once in this time, however many events and callbacks name it. */
const HINT_GAP_SECONDS = 5;
/** How long it may take to look at the jobs of one bucket. */
const LOOK_MS = 15_000;
/** Jobs that one statement makes due, at most. */
const HINT_BATCH = 100;

interface Hinted {
  job_id: string;
  bucket: string;
  region: string;
}

/**
 * Looks at open jobs that an event or a callback named. Such a hint may be forged or early: what counts is what CI says
 * now, and what is still open then is looked at again soon. Jobs that are not watched cost no request.
 */
export async function lookNow(run: Run, jobIds: readonly string[], source: Source): Promise<void> {
  const take = (batch: readonly string[]) => run.store.transaction((sql) => takeHints(sql, batch));
  const hinted = await inBatches(jobIds, HINT_BATCH, take, () => run.clock.now() < run.deadlineMs);
  for (const { bucket, ids } of byBucket(hinted.flat())) {
    const lane = await enterBucket(run, bucket);
    // The hint has made them due: the next sweep sees to them.
    if (lane === undefined) continue;
    const deadlineMs = Math.min(run.deadlineMs, run.clock.now() + LOOK_MS);
    try {
      const { answer, sentAtMs } = await askCi({ ...run, deadlineMs, share: 'hint' }, bucket, (call) =>
        run.ci.describeJobs(bucket, ids, call),
      );
      await lane.noteAnswer();
      const changed = await observeTogether(
        run.store,
        answer.JobsDetail.map((job) => ({ job, sentAtMs, source })),
      );
      countChanges(run.tally, changed);
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      run.log.warn('jobs of a callback or an event could not be read: the next sweep reads them', {
        code: error.code,
        reason: error.reason,
        bucket: bucket.name,
        region: bucket.region,
        jobIds: ids,
        ciRequestId: error.requestId,
      });
      await lane.noteError(error, `hint about ${ids[0]}`);
    } finally {
      await lane.leave();
    }
  }
}

function byBucket(watches: readonly Hinted[]): { bucket: Bucket; ids: string[] }[] {
  const places = new Map<string, { bucket: Bucket; ids: string[] }>();
  for (const { job_id, bucket: name, region } of watches) {
    const place = places.get(`${name} ${region}`) ?? { bucket: { name, region }, ids: [] };
    place.ids.push(job_id);
    places.set(`${name} ${region}`, place);
  }
  return [...places.values()];
}

/** Only the first hint in a while leads to a request; each makes the job's next check come soon. */
async function takeHints(sql: Sql, jobIds: readonly string[]): Promise<Hinted[]> {
  return await sql<Hinted[]>`
    with hinted as (
      select job_id, not ${isRecent(sql, sql`hinted_at`, HINT_GAP_SECONDS)} as first
      from watches
      where job_id in ${texts(sql, jobIds)} and outcome = ''
      order by job_id
      for update
    ), due as (
      update watches w set
        hinted_at = case when hinted.first then jobwatch_now() else w.hinted_at end,
        -- it is checked by itself, and not with its cohort
        apart_at = least(coalesce(w.apart_at, 'infinity'), jobwatch_now() + ${HINT_GAP_SECONDS} * interval '1 second')
      from hinted where w.job_id = hinted.job_id
      returning w.job_id, w.bucket, w.region, hinted.first
    )
    select job_id, bucket, region from due where first`;
}
