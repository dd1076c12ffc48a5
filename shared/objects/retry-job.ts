import { InvalidField } from '../ci/invalid-field.ts';
import type { Job } from '../ci/job.ts';
import { type JobRequest, parseJobRequest } from '../ci/job-request.ts';
import type { XmlElement } from '../ci/xml/xml-node.ts';
import type { Sql } from '../store/store.ts';
import { withCallback } from '../submit/callback-address.ts';
import type { IntentRow } from '../submit/intent.ts';
import { getIntent } from '../submit/intents/get.ts';
import { insertPending } from '../submit/intents/insert.ts';
import { userTextOf } from '../watch/user-data.ts';
import { intendAgain } from './intend-again.ts';
import { requestOfJob, requestOfOne } from './request-of-job.ts';

export type Retry =
  /** `repeated`: it was ordered before, and is not paid for twice */
  | { readonly outcome: 'ordered' | 'repeated'; readonly intent: string }
  /** with another Operation than is asked for now */
  | { readonly outcome: 'retried-otherwise'; readonly intent: string }
  | { readonly outcome: 'unknown' | 'not-ended' | 'not-failed' | 'request-unknown' };

export interface RetryHow {
  /** instead of the one that failed; where it writes may be left out */
  readonly operation?: XmlElement | undefined;
  /** the order that asks for it */
  readonly behindOf?: string | undefined;
  /** where CI is to tell that the job has ended */
  readonly callback: string | undefined;
}

interface EndedRow {
  outcome: string;
  bucket: string;
  region: string;
  intent_id: string | null;
  retried_as: string | null;
  job: Job | null;
  rendition: string;
}

/** An intent that came to no job: what it was to retry may be retried again. */
const CAME_TO_NOTHING = new Set<IntentRow['state']>(['refused', 'canceled']);

/**
 * Submits once more what ended Failed, Cancel or Missing, by an intent of its own. One at a time for each job: its watch
 * stays locked until the caller's transaction ends.
 *
 * @throws InvalidField for an Operation that CI does not take
 */
export async function retryJob(sql: Sql, jobId: string, how: RetryHow): Promise<Retry> {
  const [watch] = await sql<EndedRow[]>`
    select outcome, bucket, region, intent_id, retried_as, job, rendition from watches where job_id = ${jobId} for update`;
  if (watch === undefined) return { outcome: 'unknown' };
  if (watch.outcome === '') return { outcome: 'not-ended' };
  if (watch.outcome === 'Success') return { outcome: 'not-failed' };
  const before = await getIntent(sql, watch.retried_as);
  if (before && !CAME_TO_NOTHING.has(before.state))
    return { outcome: isAsked(before, how) ? 'repeated' : 'retried-otherwise', intent: before.id };
  const intent = await intend(sql, jobId, watch, how);
  if (intent === undefined) return { outcome: 'request-unknown' };
  await sql`
    update watches set retried_as = ${intent}, retried_at = coalesce(retried_at, jobwatch_now())
    where job_id = ${jobId}`;
  return { outcome: 'ordered', intent };
}

/** What a rule has submitted is submitted for the same version; a watch that nobody submitted by us has CI's word alone. */
async function intend(
  sql: Sql,
  jobId: string,
  { bucket, region, intent_id, job, rendition }: EndedRow,
  { operation, behindOf, callback }: RetryHow,
): Promise<string | undefined> {
  const first = await getIntent(sql, intent_id);
  const request = first ? requestOfOne(first, jobId, job) : job ? requestOfJob(job) : undefined;
  if (request === undefined) return undefined;
  const wanted = operation === undefined ? request : withOperation(request, operation);
  if (first)
    return await intendAgain(
      sql,
      { ...first, request: wanted },
      {
        attempt: first.attempt + 1,
        retryOf: jobId,
        behindOf,
        ...(first.request.Operation.length > 1 ? { renditions: [rendition] } : {}),
      },
    );
  if (operation === undefined && !isTaken(wanted)) return undefined;
  return await insertPending(sql, {
    bucket: { name: bucket, region },
    request: withCallback(wanted, callback),
    source: 'submit',
    rule: '',
    retryOf: jobId,
    behindOf,
  });
}

function withOperation(request: JobRequest, operation: XmlElement): JobRequest {
  const output = request.Operation[0]?.['Output'];
  const whole = { ...(output === undefined ? {} : { Output: output }), ...operation };
  parseJobRequest({ ...request, Operation: [whole] });
  return { ...request, Operation: [whole] };
}

/** CI's description of a job need not be a request that it takes. */
function isTaken(request: JobRequest): boolean {
  try {
    parseJobRequest(request);
    return true;
  } catch (error) {
    if (error instanceof InvalidField) return false;
    throw error;
  }
}

function isAsked({ request }: IntentRow, { operation }: RetryHow): boolean {
  if (operation === undefined) return true;
  const [known = {}] = request.Operation;
  const own = typeof known['UserData'] === 'string' ? userTextOf(known['UserData']) : '';
  const asked: XmlElement = { ...(known['Output'] ? { Output: known['Output'] } : {}), ...operation };
  const text = (of: XmlElement, userData: unknown) =>
    JSON.stringify(
      Object.entries({ ...of, UserData: userData || '' }).sort(([a], [b]) => (a < b ? -1 : Number(a > b))),
    );
  return text(asked, operation['UserData']) === text(known, own);
}
