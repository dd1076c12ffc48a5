import type { LargeIndex } from './large-index.ts';

/**
 * What lists tell and are searched by. Rows of the release before have none of it until they are next written: what they
 * tell is then read from their job. New columns have no default or a constant one, so that no row is rewritten.
 */
export const lists = `
alter table watches
  -- the clip, as the job or the submission names it; byte order, so that a prefix is a range
  add column input_key text collate "C",
  -- CI's word on how the job goes, and why it failed, shortened
  add column code text,
  add column message text,
  add column progress smallint,
  -- of the clip, where an event or a listing told; nothing is asked for it
  add column input_bytes bigint,
  add column output_bytes bigint,
  -- from CI's StartTime to its EndTime
  add column seconds integer,
  add column rendition text not null default '',
  add column try integer not null default 1,
  -- the job that this one repeats, and the submission that repeats it
  add column if not exists retry_of text,
  add column if not exists retried_as text;

alter table intents
  add column input_key text collate "C",
  add column input_bytes bigint,
  add column output_key text collate "C",
  add column rendition text not null default '',
  add column if not exists retry_of text,
  add column if not exists retried_as text;

alter table watch_history
  -- the code before; null in rows of the release before
  add column from_code text;
`;

/**
 * One for each filter of GET /watches that had none. The time comes second, so that each is read newest first, and a page
 * begins where the one before ended; what is of one microsecond is sorted when it is read. Buckets and tags are named with a
 * collation, which no other query does: it would be tempted by an index of what most rows have in common.
 */
export const listIndexes: readonly LargeIndex[] = [
  {
    name: 'watches_by_code',
    definition: `on watches (code, created_at desc) where code <> ''`,
    query: 'GET /watches?code=',
  },
  {
    name: 'watches_by_bucket',
    definition: 'on watches ((bucket collate "C"), created_at desc)',
    query: 'GET /watches?bucket=',
  },
  {
    name: 'watches_by_tag',
    definition: 'on watches ((tag collate "C"), created_at desc)',
    query: 'GET /watches?tag=',
  },
  {
    name: 'watches_by_input',
    definition: 'on watches (input_key, created_at desc) where input_key is not null',
    query: 'GET /watches?input=',
  },
  {
    name: 'watches_by_output',
    definition: `on watches ((output_key collate "C"), created_at desc) where output_key <> ''`,
    query: 'GET /watches?output=',
  },
  {
    name: 'watches_open_newest',
    definition: `on watches (created_at desc) where outcome = ''`,
    query: 'GET /watches?open=true',
  },
  {
    name: 'watches_by_end',
    definition: `on watches (outcome, ended_at, created_at desc) where outcome <> ''`,
    query: 'GET /watches?outcome=&since=&until=',
  },
  {
    name: 'watch_history_by_time',
    definition: 'on watch_history (at)',
    query: 'what has changed since a listing began',
  },
  {
    name: 'intents_without_job',
    definition: `on intents (input_key, created_at desc) where state <> 'submitted' and input_key is not null`,
    query: 'GET /watches?input= among submissions without a job',
  },
];
