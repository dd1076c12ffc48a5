import { randomUUID } from 'node:crypto';
import type { ObjectWrite } from '../ci/object-write.ts';
import { catches } from '../rules/match-rule.ts';
import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';
import type { IntentRow, ObjectOfRule } from '../submit/intent.ts';
import { getIntent } from '../submit/intents/get.ts';
import { insertPending } from '../submit/intents/insert.ts';
import { supersedeOlder } from '../submit/intents/supersede.ts';
import { isBeingWritten, outputsMeaning } from '../submit/outputs/being-written.ts';
import type { SubmitPolicy } from '../submit/policy.ts';
import { findWritingJob } from './find-writing-job.ts';
import { intendAgain } from './intend-again.ts';
import { planRequest, type RequestPlan } from './plan-request.ts';
import { beginSet, partsOf } from './renditions/begin-set.ts';
import { makeNewestAVersion, saveVersion, type TakenVersion, takeVersion } from './take-version.ts';

/** What was decided about a write, and why. */
export type Decision =
  | { readonly decided: 'intended'; readonly rule: string; readonly intent: string }
  | { readonly decided: 'ignored'; readonly rule: string; readonly reason: string }
  /** it is what this job was to write */
  | { readonly decided: 'output'; readonly jobId: string };

/** By what a write was found that no event told of. */
export interface FoundBy {
  /** when it was asked for, in unix milliseconds by the database's clock */
  readonly listedAtMs?: number;
  /** the order that looks for it: its submission stands behind what is new */
  readonly behindOf?: string;
}

/** The database's clock and that of the service that writes objects may differ by so much. */
const CLOCKS_DIFFER_MS = 5000;

/**
 * Decides what a write means: one intent for each rule that it is a new version for. What one of our jobs wrote is
 * never an input, whatever the rules say. All of it happens in the caller's transaction, or not at all.
 */
export async function takeObject(
  sql: Sql,
  write: ObjectWrite,
  { rules, callback }: Pick<SubmitPolicy, 'rules' | 'callback'>,
  listing: FoundBy = {},
): Promise<Decision[]> {
  const caughtBy = rules.filter((rule) => catches(rule, write));
  // Intents before watches: what leaves the one between the two questions has arrived in the other.
  const [meant, written] = await Promise.all([
    caughtBy.length > 0 ? outputsMeaning(sql, write) : [],
    findWritingJob(sql, write),
  ]);
  const beingWritten = meant.length > 0 && (await isBeingWritten(sql, write, meant));
  const jobId = written ?? (meant.length > 0 ? await findWritingJob(sql, write) : undefined);
  if (jobId !== undefined) return [{ decided: 'output', jobId }];
  if (beingWritten)
    return [{ decided: 'ignored', rule: '', reason: 'a job that is being submitted is to write it' }];
  const decisions: Decision[] = [];
  for (const rule of caughtBy) {
    const plan = planRequest(rule, write, callback);
    decisions.push(await decide(sql, write, rule, plan, listing));
  }
  return decisions.length > 0 ? decisions : [{ decided: 'ignored', rule: '', reason: 'no rule is for it' }];
}

/** Notes the write, whatever comes of it: a newer one keeps older ones from being paid for, ignored or not. */
async function decide(
  sql: Sql,
  write: ObjectWrite,
  rule: Rule,
  plan: RequestPlan,
  { listedAtMs, behindOf }: FoundBy,
): Promise<Decision> {
  const { bucket, region, key, etag, timeMs, write: id } = write;
  const { name } = rule;
  const at = { bucket, region, object: key, rule: name };
  const taken = await takeVersion(sql, at, {
    id,
    etag,
    timeMs,
    ...(listedAtMs === undefined ? {} : { listedAtMs }),
  });
  if (taken.verdict === 'newer' && plan.isPossible) {
    const { version } = taken;
    const intent = randomUUID();
    await Promise.all([
      saveVersion(sql, at, { ...taken, intentId: intent }),
      insertPending(sql, {
        id: intent,
        bucket: { name: bucket, region },
        request: plan.request,
        source: 'object',
        rule: name,
        version,
        inputBytes: write.size,
        supersedes: at,
        behindOf,
        ...partsOf(rule),
      }),
      beginSet(sql, intent, { ...at, version }, rule.renditions),
    ]);
    return { decided: 'intended', rule: name, intent };
  }
  if (taken.isNews) await saveVersion(sql, at, taken);
  if (taken.verdict === 'newer') await supersedeOlder(sql, at, taken.version);
  if (taken.verdict === 'between') {
    const submitted = await submittedBefore(sql, taken);
    if (submitted) {
      const version = await makeNewestAVersion(sql, at);
      await supersedeOlder(sql, at, version);
      return {
        decided: 'intended',
        rule: name,
        intent: await intendNewest(sql, submitted, { ...at, version }, rule),
      };
    }
  }
  const reason = plan.isPossible ? 'the rule knows this version, or a later one' : plan.reason;
  return { decided: 'ignored', rule: name, reason };
}

/** What the version before was made of is made of the newest one too, as a set of its own. */
async function intendNewest(
  sql: Sql,
  submitted: IntentRow,
  at: ObjectOfRule & { readonly version: number },
  rule: Rule,
): Promise<string> {
  const { version } = at;
  const intent = await intendAgain(sql, { ...submitted, set_id: submitted.set_id && 'new' }, { version });
  if (submitted.set_id !== null) await beginSet(sql, intent, at, rule.renditions);
  return intent;
}

/**
 * The intent of the version that the newest write was taken for, if its job may have read what lay there between the
 * two: it was posted before the newest was written.
 */
async function submittedBefore(
  sql: Sql,
  { intentId, newestMs }: TakenVersion,
): Promise<IntentRow | undefined> {
  const intent = await getIntent(sql, intentId);
  if (intent === undefined || intent.posted_at === null) return undefined;
  return intent.posted_at.getTime() < newestMs + CLOCKS_DIFFER_MS ? intent : undefined;
}
