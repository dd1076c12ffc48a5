/**
 * What keeps submissions apart: the writes of an object, the outputs that are being written, and lanes. The previous
 * release goes on with its own columns and indexes; rows that it writes have no version.
 */
export const submissions = `
alter table object_versions
  -- the last writes, oldest first; null in rows of the previous release, which knew the newest only
  add column known json,
  -- counts the versions: an intent of a lower number is of an older one
  add column version integer not null default 0,
  -- the latest intent of the newest version; null when that was ignored
  add column intent_id uuid;

alter table rule_states
  -- what was written before is not certain to be remembered: versions were once removed with the retention
  add column known_since timestamptz;
update rule_states set known_since = jobwatch_now() - interval '12 hours';

alter table intents drop constraint intents_state_check;
alter table intents add constraint intents_state_check
  check (state in ('pending', 'posting', 'doubtful', 'submitted', 'refused', 'superseded')) not valid;
alter table intents
  -- of the object that a rule submits; null when a caller does, or the previous release
  add column version integer,
  -- the output that it waits for: it is not due until that is free
  add column waits_bucket text,
  add column waits_key text;

-- which lanes have work, and the first of each
create index intents_in_lane on intents (bucket, region, rule, next_try_at)
  where settled_at is null and state = 'pending';
-- those that may have reached CI and are to be looked for
create index intents_to_look on intents (bucket, region, next_try_at)
  where settled_at is null and state in ('posting', 'doubtful');
create index intents_of_object on intents (bucket, rule, (request->'Input'->>'Object'))
  where settled_at is null;
create index intents_waiting on intents (waits_bucket, waits_key, created_at)
  where settled_at is null and waits_key is not null;
create index intents_superseded on intents (created_at desc, id desc) where state = 'superseded';

-- the outputs that a rule's jobs are writing: nobody else posts to one meanwhile
create table output_holds (
  bucket text not null,
  key text collate "C" not null,
  intent_id uuid not null references intents on delete cascade,
  held_at timestamptz not null,
  primary key (bucket, key)
);
create index output_holds_of_intent on output_holds (intent_id);
create index output_holds_by_age on output_holds (held_at);

-- what posted intents are to write, for as long as CI has not told their jobs
create table intent_outputs (
  intent_id uuid not null references intents on delete cascade,
  bucket text not null,
  -- what stands before the first placeholder that CI fills in
  head text collate "C" not null,
  key text collate "C" not null
);
create index intent_outputs_by_head on intent_outputs (bucket, head, key);
create index intent_outputs_of_intent on intent_outputs (intent_id);

create sequence lane_turns;
-- what must not hold up others: submissions of one bucket and rule, questions about one bucket
create table lanes (
  kind text not null check (kind in ('submit', 'ask')),
  bucket text not null,
  region text not null,
  rule text not null default '',
  -- the number of its last turn: whose is lowest is next, whatever the clock says
  served bigint not null default 0,
  put_off_until timestamptz,
  -- why it is put off, or was
  reason text not null default '',
  -- different requests in a row that came to nothing, and the last of them
  failures integer not null default 0,
  last_failed text not null default '',
  primary key (kind, bucket, region, rule)
);

alter table watches
  -- its job came back after it was given up, and may write over what a newer version's job wrote
  add column overtaken boolean not null default false;
-- the jobs of rules that may still write an output
create index watches_writing on watches (output_bucket, output_key) where outcome = '' and rule <> '' and output_key <> '';
create index watches_overtaken on watches (ended_at) where overtaken and outcome <> '';
`;
