import { randomUUID } from 'node:crypto';
import type { Bucket } from '../ci/bucket.ts';
import type { JobRequest } from '../ci/job-request.ts';
import type { Sql } from '../watch/store.ts';
import { keyed } from '../watch/user-data.ts';
import type { Source } from '../watch/watch.ts';
import type { IntentRow } from './intent.ts';

export interface NewIntent {
  readonly bucket: Bucket;
  readonly request: JobRequest;
  readonly source: Source;
  readonly rule: string;
  /** how long the POST that follows at once may take */
  readonly postMs: number;
  readonly settleSeconds: number;
}

/**
 * Writes the intent down as being posted, before CI is asked. A process that dies after this leaves an intent that
 * recheck looks for once its time is over.
 */
export async function intend(
  sql: Sql,
  { bucket, request, source, rule, ...times }: NewIntent,
): Promise<IntentRow> {
  const id = randomUUID();
  const [intent] = await sql<IntentRow[]>`
    insert into intents (id, bucket, region, source, rule, request, state, tries, created_at, post_until, next_try_at)
    select ${id}, ${bucket.name}, ${bucket.region}, ${source}, ${rule}, ${JSON.stringify(withKeys(id, request))}::text::json,
      'posting', 1, now.at,
      now.at + ${times.postMs}::float8 * interval '1 millisecond',
      now.at + ${times.postMs}::float8 * interval '1 millisecond' + ${times.settleSeconds} * interval '1 second'
    from (select jobwatch_now() as at) as now
    returning *`;
  if (intent === undefined) throw new Error('the store did not keep the intent');
  return intent;
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
