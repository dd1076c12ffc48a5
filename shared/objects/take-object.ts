import { InvalidField } from '../ci/invalid-field.ts';
import type { JobRequest } from '../ci/job-request.ts';
import type { ObjectWrite } from '../ci/object-write.ts';
import { catches, reasonAgainst } from '../rules/match-rule.ts';
import { requestOf } from '../rules/request-of.ts';
import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';
import { withCallback } from '../submit/callback-address.ts';
import { intendLater } from '../submit/intend.ts';
import type { IntentRow } from '../submit/intent.ts';
import { isBeingWritten } from '../submit/output-holds.ts';
import { supersedeOlder } from '../submit/supersede.ts';
import { intendAgain } from './intend-again.ts';
import { makeNewestAVersion, noteIntent, type TakenVersion, takeVersion } from './take-version.ts';
import { watchWriting } from './watch-writing.ts';

/** What was decided about a write, and why. */
export type Decision =
  | { readonly decided: 'intended'; readonly rule: string; readonly intent: string }
  | { readonly decided: 'ignored'; readonly rule: string; readonly reason: string }
  /** it is what this job was to write */
  | { readonly decided: 'output'; readonly jobId: string };

export interface TakeObject {
  readonly rules: readonly Rule[];
  /** where CI is to tell that a job has ended */
  readonly callback: string | undefined;
  /** of a listing: when it was asked for, in unix milliseconds by the database's clock */
  readonly listedAtMs?: number;
}

/** The database's clock and that of the service that writes objects may differ by so much. */
const CLOCKS_DIFFER_MS = 5000;

/**
 * Decides what a write means: one intent for each rule that it is a new version for. What one of our jobs wrote is
 * never an input, whatever the rules say. All of it happens in the caller's transaction, or not at all.
 */
export async function takeObject(sql: Sql, write: ObjectWrite, about: TakeObject): Promise<Decision[]> {
  const caughtBy = about.rules.filter((candidate) => catches(candidate, write));
  // Intents before watches: what leaves the one between the two questions has arrived in the other.
  const beingWritten = caughtBy.length > 0 && (await isBeingWritten(sql, write));
  const jobId = await watchWriting(sql, write);
  if (jobId !== undefined) return [{ decided: 'output', jobId }];
  if (beingWritten)
    return [{ decided: 'ignored', rule: '', reason: 'a job that is being submitted is to write it' }];
  const decisions: Decision[] = [];
  for (const rule of caughtBy) decisions.push(await decide(sql, write, rule, about));
  return decisions.length > 0 ? decisions : [{ decided: 'ignored', rule: '', reason: 'no rule is for it' }];
}

/** Notes the write, whatever comes of it: a newer one keeps older ones from being paid for, ignored or not. */
async function decide(sql: Sql, write: ObjectWrite, rule: Rule, about: TakeObject): Promise<Decision> {
  const { bucket, region, key } = write;
  const at = { bucket, region, object: key, rule: rule.name };
  const { request, reason } = requestFor(rule, write, about.callback);
  const { listedAtMs } = about;
  const { etag, timeMs, write: id } = write;
  const taken = await takeVersion(sql, at, {
    id,
    etag,
    timeMs,
    ...(listedAtMs === undefined ? {} : { listedAtMs }),
  });
  if (taken.verdict === 'newer') {
    const place = await supersedeOlder(sql, at, taken.version);
    if (request === undefined) return { decided: 'ignored', rule: rule.name, reason };
    const { version } = taken;
    const intent = await intendLater(sql, {
      bucket: { name: bucket, region },
      request,
      source: 'object',
      rule: rule.name,
      version,
      place,
    });
    await noteIntent(sql, at, version, intent);
    return { decided: 'intended', rule: rule.name, intent };
  }
  if (taken.verdict === 'between') {
    const submitted = await submittedBefore(sql, taken);
    if (submitted) {
      const version = await makeNewestAVersion(sql, at);
      await supersedeOlder(sql, at, version);
      return { decided: 'intended', rule: rule.name, intent: await intendAgain(sql, submitted, { version }) };
    }
  }
  return {
    decided: 'ignored',
    rule: rule.name,
    reason: reason || 'the rule knows this version, or a later one',
  };
}

/** The rule's request for the object, or why there is none. */
function requestFor(
  rule: Rule,
  write: ObjectWrite,
  callback: string | undefined,
): { request: JobRequest; reason: '' } | { request: undefined; reason: string } {
  const reason = reasonAgainst(rule, write);
  if (reason !== undefined) return { request: undefined, reason };
  try {
    return { request: withCallback(requestOf(rule, write), callback), reason: '' };
  } catch (error) {
    // A key that CI cannot be told of will not become another by trying again.
    if (error instanceof InvalidField) return { request: undefined, reason: error.message };
    throw error;
  }
}

/**
 * The intent of the version that the newest write was taken for, if its job may have read what lay there between the
 * two: it was posted before the newest was written.
 */
async function submittedBefore(
  sql: Sql,
  { intentId, newestMs }: TakenVersion,
): Promise<IntentRow | undefined> {
  const [intent] = await sql<IntentRow[]>`select * from intents where id = ${intentId}`;
  if (intent === undefined || intent.posted_at === null) return undefined;
  return intent.posted_at.getTime() < newestMs + CLOCKS_DIFFER_MS ? intent : undefined;
}
