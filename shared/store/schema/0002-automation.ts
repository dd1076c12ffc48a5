/** What automation needs: which object version a rule has dealt with, what a job will write, who has told of a job. */
export const automation = `
alter table watches
  -- where the job writes; in the key \${jobid} is filled in and \${ext}, which CI chooses, is not
  add column output_bucket text not null default '',
  add column output_key text not null default '',
  -- when an event or a callback last told of the job
  add column hinted_at timestamptz,
  -- when the rule's retry of a failed job was decided
  add column retried_at timestamptz;
create index watches_output on watches (output_bucket, output_key) where output_key <> '';
create index watches_failed_by_rule on watches (rule, ended_at) where outcome = 'Failed' and rule <> '' and retried_at is null;

alter table intents
  -- which try of the same object version this is
  add column attempt integer not null default 1,
  add column posted_at timestamptz;
create index intents_posted on intents (rule, posted_at) where rule <> '' and posted_at is not null;

create table object_versions (
  bucket text not null,
  region text not null,
  object text collate "C" not null,
  rule text not null,
  -- the latest version that this rule knows
  etag text not null,
  event_time timestamptz not null,
  -- the writes of that second that were seen: an event's time is no finer
  writes text[] not null default '{}',
  seen_at timestamptz not null,
  primary key (bucket, region, object, rule)
);
create index object_versions_by_age on object_versions (seen_at);

create table rule_states (
  rule text primary key,
  -- which objects it is for: a rule that is for others is another rule, active from then on
  scope text not null default '',
  -- older objects are none of its business
  active_since timestamptz not null,
  reconcile_at timestamptz not null,
  -- where a listing that was cut short goes on
  marker text not null default '',
  claim_token uuid,
  -- when it was last said that the brake holds jobs back
  braked_at timestamptz
);
`;
