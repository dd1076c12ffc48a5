import { randomUUID } from 'node:crypto';
import type { Rule } from '../../rules/rule.ts';
import type { Sql } from '../../store/store.ts';
import { countUnposted } from '../../submit/intents/count-unposted.ts';

export interface BackfillOrder {
  readonly rule: Rule;
  /** below the rule's own; '' for all of it */
  readonly prefix: string;
  readonly modifiedSince: Date | undefined;
  readonly modifiedUntil: Date | undefined;
  /** only counts */
  readonly dryRun: boolean;
  /** whoever orders it */
  readonly by: string;
}

export type BackfillOrdered =
  | { readonly outcome: 'ordered'; readonly id: string }
  /** one for a rule at a time */
  | { readonly outcome: 'under-way'; readonly id: string };

/** Orders that what lies below a rule's prefix already is submitted, or counted: recheck does it, page by page. */
export async function orderBackfill(sql: Sql, order: BackfillOrder): Promise<BackfillOrdered> {
  const { rule, prefix, modifiedSince = null, modifiedUntil = null, dryRun, by } = order;
  const id = randomUUID();
  const begun = await sql`
    insert into backfills (id, rule, bucket, region, prefix, modified_since, modified_until, dry_run, by, created_at)
    values (${id}, ${rule.name}, ${rule.bucket}, ${rule.region}, ${prefix === '' ? rule.prefix : prefix},
      ${modifiedSince}, ${modifiedUntil}, ${dryRun}, ${by}, jobwatch_now())
    on conflict do nothing
    returning 1`;
  if (begun.length > 0) return { outcome: 'ordered', id };
  const [running] = await sql<{ id: string }[]>`
    select id from backfills where rule = ${rule.name} and ended_at is null`;
  return { outcome: 'under-way', id: running?.id ?? '' };
}

/** How far an order has come. Times are RFC 3339. */
export interface BackfillProgress {
  readonly Id: string;
  readonly State: 'Running' | 'Ended' | 'Canceled';
  readonly Rule: string;
  readonly Prefix: string;
  readonly DryRun: boolean;
  /** objects that were listed */
  readonly Listed: number;
  /** of them, those that the rule takes, within the times that were named */
  readonly Caught: number;
  /** of them, those whose version the rule knew */
  readonly Known: number;
  /** of them, those for which a submission was written down; of a dry run those for which one would be */
  readonly Submitted: number;
  /** of them, those that wait to be posted */
  readonly Left: number;
  /** why the last listing failed; '' when it did not */
  readonly LastError: string;
  readonly CreatedAt: string;
  readonly EndedAt: string | null;
  readonly By: string;
}

interface Row {
  id: string;
  rule: string;
  prefix: string;
  dry_run: boolean;
  listed: string;
  caught: string;
  known: string;
  submitted: string;
  last_error: string;
  created_at: Date;
  ended_at: Date | null;
  canceled: boolean;
  by: string;
}

export async function getBackfill(sql: Sql, id: string): Promise<BackfillProgress | undefined> {
  const [row] = await sql<Row[]>`select * from backfills where id = ${id}`;
  return row && toProgress(row, await countUnposted(sql, id));
}

/**
 * Ends an order where it is: nothing more is listed for it. What stands in line already is still submitted, since its
 * versions are known from then on.
 */
export async function cancelBackfill(sql: Sql, id: string): Promise<BackfillProgress | undefined> {
  await sql`
    update backfills set ended_at = jobwatch_now(), canceled = true where id = ${id} and ended_at is null`;
  return await getBackfill(sql, id);
}

function toProgress(row: Row, left: number): BackfillProgress {
  const ended = row.canceled ? 'Canceled' : 'Ended';
  return {
    Id: row.id,
    State: row.ended_at === null ? 'Running' : ended,
    Rule: row.rule,
    Prefix: row.prefix,
    DryRun: row.dry_run,
    Listed: Number(row.listed),
    Caught: Number(row.caught),
    Known: Number(row.known),
    Submitted: Number(row.submitted),
    Left: left,
    LastError: row.last_error,
    CreatedAt: row.created_at.toISOString(),
    EndedAt: row.ended_at?.toISOString() ?? null,
    By: row.by,
  };
}
