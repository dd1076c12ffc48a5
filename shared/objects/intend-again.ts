import type { Sql } from '../store/store.ts';
import type { IntentRow } from '../submit/intent.ts';
import { insertPending } from '../submit/intents/insert.ts';
import { supersedeIfOutdated } from '../submit/intents/supersede.ts';
import { userTextOf } from '../watch/user-data.ts';
import { noteIntent } from './take-version.ts';

export interface Again {
  /** which try of the same object version it is */
  readonly attempt?: number;
  /** of the object; default: the version that was submitted before */
  readonly version?: number;
  /** the job that is submitted once more */
  readonly retryOf?: string;
  /** the order that asks for it */
  readonly behindOf?: string | undefined;
  /** those of the intent's renditions that its operations are; default: all */
  readonly renditions?: readonly string[];
}

/**
 * Submits once more what a rule, or a caller, has submitted: for a rule for the version that it was or a later one of the same content. Of an
 * older version than the newest it is superseded at once, and seen as that.
 */
export async function intendAgain(
  sql: Sql,
  intent: IntentRow,
  { attempt = intent.attempt, version = intent.version ?? undefined, retryOf, behindOf, renditions }: Again,
): Promise<string> {
  const { bucket, region, request, source, rule } = intent;
  const id = await insertPending(sql, {
    bucket: { name: bucket, region },
    request: { ...request, Operation: request.Operation.map(withOwnUserData) },
    source,
    rule,
    attempt,
    retryOf,
    behindOf,
    ...(intent.input_bytes === null ? {} : { inputBytes: Number(intent.input_bytes) }),
    ...(version === undefined ? {} : { version }),
    ...(intent.set_id === null
      ? {}
      : { set: intent.set_id, renditions: renditions ?? intent.rendition.split(',') }),
  });
  const isOlder = await supersedeIfOutdated(sql, { ...intent, id, version: version ?? null });
  const object = String(request.Input?.['Object']);
  // One rendition alone is no version's submission: what is made again later is all of them.
  const isWhole = renditions === undefined;
  if (!isOlder && version !== undefined && isWhole)
    await noteIntent(sql, { bucket, region, object, rule }, version, id);
  return id;
}

/** The key of the first try stands before what its submitter wrote; a rule writes nothing. */
function withOwnUserData<T extends { UserData?: unknown }>({ UserData, ...operation }: T) {
  const own = typeof UserData === 'string' ? userTextOf(UserData) : '';
  return own === '' ? operation : { ...operation, UserData: own };
}
