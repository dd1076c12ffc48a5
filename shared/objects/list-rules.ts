import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';
import { isPostedLately } from '../submit/intents/posted-lately.ts';

/** What is counted of a rule is counted so far. */
const COUNTED = 10_000;

/** A rule as callers see it, with what it is doing. */
export interface ListedRule {
  readonly Name: string;
  readonly Bucket: string;
  readonly Region: string;
  readonly Prefix: string;
  readonly Suffixes: readonly string[];
  /** CI's request for the job, as the rule states it: Tag, TemplateId or Animation … */
  readonly Job: Rule['job'];
  readonly Output: { readonly Bucket: string; readonly Region: string; readonly Object: string };
  /** all of them, each with its job, output and limit; of the short form one without a name */
  readonly Renditions: readonly ListedRendition[];
  readonly Paused: boolean;
  /** null: until somebody says otherwise, or not paused */
  readonly PausedUntil: string | null;
  /** `configuration`, or who paused it at run time */
  readonly PausedBy: string | null;
  readonly JobsThisHour: number;
  readonly MaxJobsPerHour: number | null;
  /** when it was last told that the limit holds submissions back; null while it holds none */
  readonly BrakedSince: string | null;
  /** submissions that are not posted yet */
  readonly Waiting: number;
  readonly NextReconcileAt: string | null;
  /** the latest object that a job was made for */
  readonly LastObject: string | null;
}

interface ListedRendition {
  readonly Name: string;
  readonly Job: Rule['job'];
  readonly Output: ListedRule['Output'];
  readonly MaxBytes: number | null;
}

interface RuleFacts {
  name: string;
  paused: boolean;
  paused_until: Date | null;
  paused_by: string;
  braked_at: Date | null;
  reconcile_at: Date | null;
  posted: number;
  waiting: number;
  last_object: string | null;
}

/** What is known of each rule; each fact goes by an index, and reads a bounded number of rows. */
export async function listRules(sql: Sql, rules: readonly Rule[]): Promise<ListedRule[]> {
  const asked = rules.map(({ name, bucket, region }) => ({ name, bucket, region }));
  const rows = await sql<RuleFacts[]>`
    select a.name, coalesce(s.paused_until > now.at, false) as paused, nullif(s.paused_until, 'infinity') as paused_until,
      coalesce(s.paused_by, '') as paused_by, s.braked_at, s.reconcile_at,
      (select count(*)::int from (
        select 1 from intents
        where rule = a.name and rule <> '' and ${isPostedLately(sql, sql`now.at`)}
        limit ${COUNTED}) as lately) as posted,
      (select count(*)::int from (
        select 1 from intents
        where settled_at is null and state = 'pending' and bucket = a.bucket and region = a.region and rule = a.name
        limit ${COUNTED}) as unposted) as waiting,
      (select job->'Input'->>'Object' from watches where rule = a.name and rule <> ''
        order by created_at desc, job_id desc limit 1) as last_object
    from json_to_recordset(${JSON.stringify(asked)}::text::json) as a (name text, bucket text, region text)
      left join rule_states s on s.rule = a.name
      cross join (select jobwatch_now() as at) as now`;
  const facts = new Map(rows.map((row) => [row.name, row]));
  return rules.flatMap((rule) => {
    const known = facts.get(rule.name);
    return known ? toListed(rule, known) : [];
  });
}

function toListed(rule: Rule, facts: RuleFacts): ListedRule {
  const { maxJobsPerHour = null } = rule;
  const isBraked = maxJobsPerHour !== null && facts.posted >= maxJobsPerHour && facts.waiting > 0;
  const { bucket, region, object } = rule.output;
  return {
    Name: rule.name,
    Bucket: rule.bucket,
    Region: rule.region,
    Prefix: rule.prefix,
    Suffixes: rule.suffixes,
    Job: rule.job,
    Output: { Bucket: bucket, Region: region, Object: object },
    Renditions: rule.renditions.map(({ name, job, output, fit }) => ({
      Name: name,
      Job: job,
      Output: { Bucket: output.bucket, Region: output.region, Object: output.object },
      MaxBytes: fit?.maxBytes ?? null,
    })),
    Paused: rule.paused || facts.paused,
    PausedUntil: !rule.paused && facts.paused ? textOfTime(facts.paused_until) : null,
    PausedBy: rule.paused ? 'configuration' : facts.paused ? facts.paused_by : null,
    JobsThisHour: facts.posted,
    MaxJobsPerHour: maxJobsPerHour,
    BrakedSince: isBraked ? textOfTime(facts.braked_at) : null,
    Waiting: facts.waiting,
    NextReconcileAt: rule.reconcile && !rule.paused ? textOfTime(facts.reconcile_at) : null,
    LastObject: facts.last_object,
  };
}

function textOfTime(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
