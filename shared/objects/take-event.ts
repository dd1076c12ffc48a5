import type { ObjectWrite } from '../ci/object-write.ts';
import type { Log, LogFields } from '../log.ts';
import type { Rule } from '../rules/rule.ts';
import { refusedForGood } from '../store/refused-for-good.ts';
import type { Store } from '../store/store.ts';
import type { GivenIntent } from '../submit/begin-given.ts';
import type { SubmitPolicy } from '../submit/policy.ts';
import { explainIgnored } from './explain-ignored.ts';
import { type Decision, takeObject } from './take-object.ts';

/** One record of an event, as the platform's reader gives it. */
export type ObjectRecord =
  | (ObjectWrite & { readonly kind: string; readonly eventName: string })
  | { readonly reason: string };

export interface TakenEvent {
  /** the intents that it made */
  readonly intents: readonly GivenIntent[];
  readonly ignored: number;
  /** the jobs whose output was written */
  readonly outputsOf: readonly string[];
}

/** Decides about every record on its own. Returns once all intents are stored; throws when one could not be. */
export async function takeEvent(
  store: Store,
  records: readonly ObjectRecord[],
  policy: SubmitPolicy,
  log: Log,
): Promise<TakenEvent> {
  const { rules } = policy;
  const decisions: Decision[] = [];
  for (const record of records) {
    if ('reason' in record) {
      log.warn('a record of an event cannot be read: it is ignored', {
        code: 'UnreadableRecord',
        reason: record.reason,
      });
      decisions.push({ decided: 'ignored', rule: '', reason: record.reason });
      continue;
    }
    const about = { bucket: record.bucket, key: record.key, eventName: record.eventName };
    if (record.kind !== 'created') {
      const nothing: Decision = { decided: 'ignored', rule: '', reason: 'nothing was created' };
      log.info('object', { ...about, ...nothing });
      decisions.push(nothing);
      continue;
    }
    warnOfRegion(record, rules, log);
    const made = await store
      .transaction((sql) => takeObject(sql, record, policy))
      .catch((error: unknown) => ignoreUnstorable(error, log, about));
    for (const decision of made) log.info('object', { ...about, ...explainIgnored(decision, record, rules) });
    decisions.push(...made);
  }
  return {
    intents: decisions.flatMap((decision) =>
      decision.decided === 'intended' ? [{ id: decision.intent, rule: decision.rule }] : [],
    ),
    ignored: decisions.filter(({ decided }) => decided === 'ignored').length,
    outputsOf: decisions.flatMap((decision) => (decision.decided === 'output' ? [decision.jobId] : [])),
  };
}

/** A record that PostgreSQL cannot keep would be refused at every retry of its event, and the others with it. */
function ignoreUnstorable(error: unknown, log: Log, about: LogFields): Decision[] {
  const refusal = refusedForGood(error);
  if (refusal === undefined) throw error;
  const reason = `the database cannot keep it: ${refusal}`;
  log.warn('a record of an event cannot be stored: it is ignored', {
    code: 'UnreadableRecord',
    ...about,
    reason,
  });
  return [{ decided: 'ignored', rule: '', reason }];
}

/** A rule for the bucket that names another region never does anything, and nobody would know why. */
function warnOfRegion({ bucket, region }: ObjectWrite, rules: readonly Rule[], log: Log): void {
  const regions = rules.flatMap((rule) => (rule.bucket === bucket ? rule.region : []));
  if (regions.length > 0 && !regions.includes(region))
    log.warn(
      'an object lies in the bucket of a rule, but in another region than any rule names: nothing is submitted',
      {
        code: 'OtherRegion',
        bucket,
        region,
        expected: [...new Set(regions)],
      },
    );
}
