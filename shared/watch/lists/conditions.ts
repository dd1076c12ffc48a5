import type { Fragment, Sql } from '../../store/store.ts';
import { afterPrefix } from './after-prefix.ts';
import type { WatchFilter } from './watch-filter.ts';

/** What one filter demands of `watches w`. */
export interface Condition {
  readonly filter: keyof WatchFilter | 'ended';
  readonly holds: Fragment;
  /** where it names whole values of a column: an index has the watches of each of them, newest first */
  readonly values?: { readonly column: Fragment; readonly of: readonly string[]; readonly index: Fragment };
}

/** The filters that are given, those first that mostly leave the fewest. Each names the part of the table that its index has. */
export function conditionsOf(sql: Sql, filter: WatchFilter): Condition[] {
  const { intent, input, output, code, outcome, open, rule, state, tag, bucket, since, until } = filter;
  const conditions: (Condition | undefined)[] = [
    given(intent, (id) => ({ filter: 'intent', holds: sql`w.intent_id = ${id}` })),
    given(input, (key) => ({ filter: 'input', holds: isKey(sql, sql`w.input_key`, key) })),
    given(output, (key) => ({
      filter: 'output',
      holds: sql`w.output_key <> '' and ${isKey(sql, sql`w.output_key collate "C"`, key)}`,
    })),
    given(code, (codes) => isOneOf(sql, 'code', sql`w.code`, codes, sql`w.code <> ''`)),
    given(rule, (name) => isOneOf(sql, 'rule', sql`w.rule`, [name], sql`w.rule <> ''`)),
    given(outcome, (outcomes) => isOneOf(sql, 'outcome', sql`w.outcome`, outcomes, sql`w.outcome <> ''`)),
    given(open, (isOpen) =>
      isOpen
        ? { filter: 'open', holds: sql`w.outcome = ''` }
        : isOneOf(sql, 'open', sql`w.outcome`, OUTCOMES, sql`w.outcome <> ''`),
    ),
    given(state, (states) =>
      isNeverBoth(states, outcome)
        ? { filter: 'state', holds: sql`false` }
        : isOneOf(sql, 'state', sql`w.state`, states, sql`true`),
    ),
    given(tag, (name) => isOneOf(sql, 'tag', sql`w.tag collate "C"`, [name], sql`true`)),
    given(bucket, (name) => isOneOf(sql, 'bucket', sql`w.bucket collate "C"`, [name], sql`true`)),
    outcome && (since || until)
      ? {
          filter: 'ended',
          holds: sql`w.outcome = any(${[...outcome]}) and w.outcome <> '' and ${isInTime(sql, sql`w.ended_at`, filter)}`,
        }
      : undefined,
  ];
  return conditions.filter((condition) => condition !== undefined);
}

/** What CI has ended is in the state that its outcome names; what it no longer knows is in any. */
function isNeverBoth(states: readonly string[], outcomes: readonly string[] = ['Missing']): boolean {
  return !outcomes.includes('Missing') && !states.some((state) => outcomes.includes(state));
}

const OUTCOMES = ['Success', 'Failed', 'Cancel', 'Missing'] as const;

/** The condition that a time is not before `since`, and before `until`. */
export function isInTime(sql: Sql, at: Fragment, { since, until }: WatchFilter): Fragment {
  return sql`true
    ${since ? sql`and ${at} >= ${since}::timestamptz` : sql``}
    ${until ? sql`and ${at} < ${until}::timestamptz` : sql``}`;
}

/** The condition that a column, in the order of bytes, is this key, or begins with what stands before its last `*`. */
export function isKey(sql: Sql, column: Fragment, wanted: string): Fragment {
  if (!wanted.endsWith('*')) return sql`${column} = ${wanted}`;
  const prefix = wanted.slice(0, -1);
  const end = afterPrefix(prefix);
  return end === undefined ? sql`${column} >= ${prefix}` : sql`${column} >= ${prefix} and ${column} < ${end}`;
}

/** All of them hold. */
export function allHold(sql: Sql, conditions: readonly Fragment[]): Fragment {
  return conditions.reduce((all, condition) => sql`${all} and ${condition}`, sql`true`);
}

function isOneOf(
  sql: Sql,
  filter: keyof WatchFilter,
  column: Fragment,
  of: readonly string[],
  index: Fragment,
): Condition {
  return {
    filter,
    holds: sql`${column} = any(${[...of]}) and ${index}`,
    values: { column, of, index },
  };
}

function given<T>(value: T | undefined, condition: (value: T) => Condition): Condition | undefined {
  return value === undefined ? undefined : condition(value);
}
