import { InvalidField } from '../ci/invalid-field.ts';
import type { ObjectWrite } from '../ci/object-write.ts';
import type { Sql } from '../watch/store.ts';
import type { Source } from '../watch/watch.ts';
import { withCallback } from './callback-address.ts';
import { intendLater } from './intend.ts';
import { catches, reasonAgainst } from './rules/match-rule.ts';
import { requestOf } from './rules/request-of.ts';
import type { Rule } from './rules/rule.ts';
import { takeVersion } from './take-version.ts';
import { isBeingWritten, watchWriting } from './watch-writing.ts';

/** What was decided about a write, and why. */
export type Decision =
  | { readonly decided: 'intended'; readonly rule: string }
  | { readonly decided: 'ignored'; readonly rule: string; readonly reason: string }
  /** it is what this job was to write */
  | { readonly decided: 'output'; readonly jobId: string };

/**
 * Decides what a write means: one intent for each rule that it is a new version for. What one of our jobs wrote is
 * never an input, whatever the rules say. All of it happens in the caller's transaction, or not at all.
 */
export async function takeObject(
  sql: Sql,
  write: ObjectWrite,
  rules: readonly Rule[],
  source: Source,
  callback: string | undefined,
): Promise<Decision[]> {
  const caughtBy = rules.filter((candidate) => catches(candidate, write));
  // Intents before watches: what leaves the one between the two questions has arrived in the other.
  const beingWritten = caughtBy.length > 0 && (await isBeingWritten(sql, write));
  const jobId = await watchWriting(sql, write);
  if (jobId !== undefined) return [{ decided: 'output', jobId }];
  if (beingWritten)
    return [{ decided: 'ignored', rule: '', reason: 'a job that is being submitted is to write it' }];
  const decisions: Decision[] = [];
  for (const rule of caughtBy) {
    const reason = reasonAgainst(rule, write) ?? (await intendFor(sql, write, rule, source, callback));
    decisions.push(
      reason === undefined
        ? { decided: 'intended', rule: rule.name }
        : { decided: 'ignored', rule: rule.name, reason },
    );
  }
  return decisions.length > 0 ? decisions : [{ decided: 'ignored', rule: '', reason: 'no rule is for it' }];
}

/** Why nothing was intended, or undefined. */
async function intendFor(
  sql: Sql,
  write: ObjectWrite,
  rule: Rule,
  source: Source,
  callback: string | undefined,
): Promise<string | undefined> {
  const { bucket, region, key, etag } = write;
  try {
    const request = withCallback(requestOf(rule, { key, etag }), callback);
    const isNew = await takeVersion(sql, { bucket, region, object: key, rule: rule.name }, write);
    if (!isNew) return 'the rule knows this version, or a later one';
    await intendLater(sql, { bucket: { name: bucket, region }, request, source, rule: rule.name });
    return undefined;
  } catch (error) {
    // A key that CI cannot be told of will not become another by trying again.
    if (error instanceof InvalidField) return error.message;
    throw error;
  }
}
