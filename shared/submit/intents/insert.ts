import { randomUUID } from 'node:crypto';
import type { Bucket } from '../../ci/bucket.ts';
import type { JobRequest } from '../../ci/job-request.ts';
import { prepared } from '../../store/prepared.ts';
import type { Sql } from '../../store/store.ts';
import { keyed } from '../../watch/user-data.ts';
import type { Source } from '../../watch/watch.ts';
import type { IntentRow, ObjectOfRule } from '../intent.ts';
import { noteOutputs } from '../outputs/note.ts';
import { outputsOf } from '../outputs/output.ts';
import { type PostTimes, postWindow } from './post-window.ts';
import { closeOlder } from './supersede.ts';

export interface NewIntent {
  /** known before it is stored; default: one of chance */
  readonly id?: string;
  readonly bucket: Bucket;
  readonly request: JobRequest;
  readonly source: Source;
  readonly rule: string;
  /** which try of the same object version this is */
  readonly attempt?: number;
  /** of the object that a rule submits */
  readonly version?: number;
  /** of the clip, where an event or a listing told it */
  readonly inputBytes?: number;
  /** what was not posted of older versions is closed, and its place in line taken */
  readonly supersedes?: ObjectOfRule | undefined;
  /** the job that it submits once more */
  readonly retryOf?: string | undefined;
  /** the order that makes it: it stands behind what objects and callers submit */
  readonly behindOf?: string | undefined;
  /** of a rule with renditions: which of them its operations are, in their order */
  readonly renditions?: readonly string[] | undefined;
  /** what it is a part of; `new`: it begins one, which has its id */
  readonly set?: string | undefined;
}

/** An intent whose POST follows at once, and how long that may take. */
export interface NewPost {
  readonly id: string;
  readonly intent: NewIntent;
  readonly times: PostTimes;
}

/**
 * Writes an intent down as being posted, before CI is asked. A process that dies after this leaves an intent that
 * recheck looks for once its time is over.
 */
export async function insertPosting(sql: Sql, { id, intent, times }: NewPost): Promise<IntentRow> {
  const row = toRow(id, intent);
  const { postUntil, lookFrom } = postWindow(sql, times);
  const [posting] = await sql<IntentRow[]>`
    insert into intents (id, bucket, region, source, rule, request, attempt, state, tries, created_at, posted_at,
      post_until, next_try_at, input_key, input_bytes, output_key)
    select ${row.id}, ${row.bucket}, ${row.region}, ${row.source}, ${row.rule}, ${row.request}::text::json,
      ${row.attempt}, 'posting', 1, now.at, now.at, ${postUntil}, ${lookFrom}, ${row.inputKey}, ${row.inputBytes}, ${row.outputKey}
    from (select jobwatch_now() as at) as now
    returning *`;
  if (posting === undefined) throw new Error(`the store did not keep intent ${id}: it is not submitted`);
  await noteOutputs(sql, posting);
  return posting;
}

/** Writes an intent down for whoever works off what is due: it is due at once. Resolves with its id. */
export async function insertPending(sql: Sql, intent: NewIntent): Promise<string> {
  const row = toRow(intent.id ?? randomUUID(), intent);
  const { supersedes, version = 0 } = intent;
  await prepared(sql`
    ${supersedes ? sql`with closed as (${closeOlder(sql, supersedes, version)})` : sql``}
    insert into intents (id, bucket, region, source, rule, request, attempt, version, retry_of, behind_of, state,
      created_at, next_try_at, input_key, input_bytes, output_key, rendition, set_id)
    select ${row.id}, ${row.bucket}, ${row.region}, ${row.source}, ${row.rule}, ${row.request}::text::json,
      ${row.attempt}, ${row.version}, ${intent.retryOf ?? null}, ${intent.behindOf ?? null}::uuid, 'pending', now.at,
      ${supersedes ? sql`least(now.at, (select min(place) from closed))` : sql`now.at`}, ${row.inputKey}, ${row.inputBytes}, ${row.outputKey},
      ${(intent.renditions ?? []).join(',')}, ${intent.set === 'new' ? row.id : (intent.set ?? null)}::uuid
    from (select jobwatch_now() as at) as now`);
  return row.id;
}

function toRow(id: string, { bucket, request, source, rule, attempt = 1, version, inputBytes }: NewIntent) {
  const inputKey = request.Input?.['Object'];
  return {
    id,
    bucket: bucket.name,
    region: bucket.region,
    source,
    rule,
    attempt,
    version: version ?? null,
    inputKey: typeof inputKey === 'string' ? inputKey : null,
    inputBytes: inputBytes ?? null,
    outputKey: outputsOf(request)[0]?.key ?? null,
    request: JSON.stringify(withKeys(id, request)),
  };
}

/** Marks each operation, so that its job can be recognised when CI's answer is lost. */
function withKeys(intentId: string, request: JobRequest): JobRequest {
  return {
    ...request,
    Operation: request.Operation.map((operation, index) => ({
      ...operation,
      UserData: keyed(
        intentId,
        index,
        typeof operation['UserData'] === 'string' ? operation['UserData'] : '',
      ),
    })),
  };
}
