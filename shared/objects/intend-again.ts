import type { Sql } from '../store/store.ts';
import type { IntentRow } from '../submit/intent.ts';
import { insertPending } from '../submit/intents/insert.ts';
import { supersedeIfOutdated } from '../submit/intents/supersede.ts';
import { noteIntent } from './take-version.ts';

export interface Again {
  /** which try of the same object version it is */
  readonly attempt?: number;
  /** of the object; default: the version that was submitted before */
  readonly version?: number;
}

/**
 * Submits once more what a rule has submitted, for the version that it was or a later one of the same content. Of an
 * older version than the newest it is superseded at once, and seen as that.
 */
export async function intendAgain(
  sql: Sql,
  intent: IntentRow,
  { attempt = intent.attempt, version = intent.version ?? undefined }: Again,
): Promise<string> {
  const { bucket, region, request, source, rule } = intent;
  const id = await insertPending(sql, {
    bucket: { name: bucket, region },
    request: { ...request, Operation: request.Operation.map(withoutUserData) },
    source,
    rule,
    attempt,
    ...(intent.input_bytes === null ? {} : { inputBytes: Number(intent.input_bytes) }),
    ...(version === undefined ? {} : { version }),
  });
  const isOlder = await supersedeIfOutdated(sql, { ...intent, id, version: version ?? null });
  const object = String(request.Input?.['Object']);
  if (!isOlder && version !== undefined) await noteIntent(sql, { bucket, region, object, rule }, version, id);
  return id;
}

/** A rule writes no UserData: what stands there is the key of the first try. */
function withoutUserData<T extends { UserData?: unknown }>({
  UserData: _,
  ...operation
}: T): Omit<T, 'UserData'> {
  return operation;
}
