import type { Job } from '../ci/job.ts';
import type { Sql } from '../store/store.ts';
import type { Outcome } from './transition.ts';
import { toWatch, type Watch, type WatchRow } from './watch.ts';

/**
 * What an event keeps of its watch. When it is checked next is over by the time anybody reads it, and the queue is told by
 * the job.
 */
type EventWatch = Pick<
  Watch,
  | 'JobId'
  | 'Bucket'
  | 'Region'
  | 'Tag'
  | 'State'
  | 'Outcome'
  | 'Source'
  | 'Rule'
  | 'LastError'
  | 'CreatedAt'
  | 'EndedAt'
> &
  Partial<Pick<Watch, 'Input' | 'Output'>>;

interface EventData {
  readonly Watch: EventWatch;
  readonly Job?: Job | null;
}

/**
 * CI's last word: the watch's document is never replaced after it, so that events need not repeat it. Missing is not: a
 * later answer replaces the document, and its event has a copy of what was known.
 */
export function isFinal(outcome: Outcome): boolean {
  return outcome !== '' && outcome !== 'Missing';
}

/**
 * What is stored with an event of the watch as it is now. Who reads a final one adds Input, Output and Job of the watch's
 * document (`wholeData`).
 */
export function eventDataOf(row: WatchRow): EventData {
  const { JobId, Bucket, Region, Tag, State, Outcome, Source, Rule, Input, Output, ...rest } = toWatch(row);
  const { LastError, CreatedAt, EndedAt } = rest;
  const kept = { JobId, Bucket, Region, Tag, State, Outcome, Source, Rule, LastError, CreatedAt, EndedAt };
  if (isFinal(row.outcome)) return { Watch: kept };
  const Watch = { ...kept, Input, Output };
  return row.outcome === 'Missing' ? { Watch, Job: row.job } : { Watch };
}

/**
 * The text of an event's data: as stored, or with the watch's document (`w.job`) put in its places. The same pieces of
 * text at every try, whoever asks.
 */
export function wholeData(sql: Sql) {
  return sql`case when e.job_from_watch then concat(
    -- ends in two brackets, the Watch's and its own
    left(e.data::text, -2), ',"Input":', ${objectOr(sql, sql`w.job->'Input'`)},
    ',"Output":', ${objectOr(sql, sql`w.job->'Operation'->'Output'`)}, '},"Job":', coalesce(w.job::text, 'null'), '}')
    else e.data::text end`;
}

/** A node of CI without children is an empty text. */
function objectOr(sql: Sql, node: ReturnType<typeof sql>) {
  return sql`case when json_typeof(${node}) = 'object' then (${node})::text else '{}' end`;
}
