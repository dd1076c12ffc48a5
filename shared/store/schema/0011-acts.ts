/**
 * What people order: who did what, what is tried again for whom, which rules rest. The previous release goes on: it
 * writes none of it, posts what it finds pending, and does not know of pauses, as it did not before.
 */
export const acts = `
create table acts (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  -- the token's name
  by text not null,
  act text not null,
  -- what it was done to: a job, an intent, a rule
  subject text not null,
  detail json,
  result text not null
);
create index acts_newest on acts (at desc, id desc);
create trigger acts_added after insert on acts for each row execute function jobwatch_mark_change();

alter table watches
  -- the job that this one was submitted for once more
  add column if not exists retry_of text collate "C",
  -- the intent by which it was submitted once more
  add column if not exists retried_as text;

alter table intents
  add column if not exists retry_of text collate "C",
  -- the order that made it: it stands behind what objects and callers submit
  add column behind_of uuid;
alter table intents drop constraint intents_state_check;
alter table intents add constraint intents_state_check
  check (state in ('pending', 'posting', 'doubtful', 'submitted', 'refused', 'superseded', 'canceled')) not valid;

alter table rule_states
  -- at run time: 'infinity' until somebody says otherwise
  add column paused_until timestamptz,
  add column paused_by text not null default '';

-- an order to submit again what failed; its jobs are fixed when it is made
create table retries (
  id uuid primary key,
  by text not null,
  -- null when the jobs were named
  filter json,
  count integer not null,
  done integer not null default 0,
  failed integer not null default 0,
  created_at timestamptz not null,
  ended_at timestamptz
);
-- one order of a filter at a time
create unique index retries_of_filter on retries ((true)) where ended_at is null and filter is not null;
create index retries_open on retries (created_at) where ended_at is null;
create index retries_ended on retries (ended_at) where ended_at is not null;

create table retry_jobs (
  retry_id uuid not null references retries on delete cascade,
  number integer not null,
  job_id text collate "C" not null,
  primary key (retry_id, number)
);
`;

/** Built while everybody goes on writing, outside of a transaction. */
export const actIndexes = [
  {
    name: 'intents_behind',
    definition: `on intents (behind_of) where settled_at is null and state = 'pending' and behind_of is not null`,
    query: 'how many submissions of an order are not posted yet',
  },
  {
    name: 'intents_behind_posted',
    definition: 'on intents (rule, posted_at) where behind_of is not null and posted_at is not null',
    query: 'what orders have used of the limit of a rule',
  },
] as const;
