/**
 * The first schema. Open watches and due work are found by partial indexes, so that a sweep costs what is due and not
 * what is stored. Text that has a fixed set of values is checked here too: a wrong writer fails early.
 */
export const watches = `
create function jobwatch_now() returns timestamptz language sql volatile as 'select clock_timestamp()';

create table watches (
  -- byte order, so that every reader sorts alike
  job_id text collate "C" primary key,
  bucket text not null,
  region text not null,
  -- '' until CI or the submitter told: such a watch is read by id first
  tag text not null default '',
  queue_id text not null default '',
  -- CI's word; '' before the first observation
  state text not null default '',
  outcome text not null default '' check (outcome in ('', 'Success', 'Failed', 'Cancel', 'Missing')),
  source text not null,
  rule text not null default '',
  intent_id uuid,
  -- the last job that CI described, as CI described it: json keeps the order of its nodes
  job json,
  -- when the request left whose answer is believed now
  observed_at timestamptz,
  -- CI's CreationTime, else when the watch was made: the age that paces the checks
  job_created_at timestamptz not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  stalled_at timestamptz,
  next_check_at timestamptz not null,
  checks integer not null default 0,
  misses integer not null default 0,
  errors integer not null default 0,
  last_error text not null default '',
  claim_token uuid,
  claimed_until timestamptz
);

create index watches_due on watches (next_check_at) where outcome = '';
create index watches_open_group on watches (bucket, region, tag, queue_id, next_check_at) where outcome = '';
create index watches_claimed on watches (claim_token) where claim_token is not null;
create index watches_oldest on watches (job_created_at) where outcome = '';
create index watches_newest on watches (created_at desc, job_id desc);
-- the filters of GET /watches, the newest first
create index watches_by_state on watches (state, created_at desc, job_id desc);
create index watches_by_rule on watches (rule, created_at desc, job_id desc) where rule <> '';
create index watches_by_outcome on watches (outcome, created_at desc, job_id desc) where outcome <> '';
create index watches_ended on watches (ended_at) where outcome <> '';
create index watches_intent on watches (intent_id) where intent_id is not null;

create table watch_history (
  id bigint generated always as identity primary key,
  job_id text collate "C" not null references watches on delete cascade,
  from_state text not null,
  to_state text not null,
  at timestamptz not null,
  source text not null
);
create index watch_history_of_job on watch_history (job_id, id);

create table events (
  -- the order in which they were written
  seq bigint generated always as identity primary key,
  -- the CloudEvents id: one transition, one id
  id text not null unique,
  job_id text collate "C" not null,
  bucket text not null,
  type text not null,
  at timestamptz not null,
  data json not null
);
create index events_of_job on events (job_id, seq);
create index events_by_age on events (at);

create table watch_groups (
  bucket text not null,
  region text not null,
  tag text not null,
  queue_id text not null,
  -- who may list this group now
  lease_token uuid,
  leased_until timestamptz,
  -- pages that the last listing took
  last_pages integer,
  listed_at timestamptz,
  -- no watch of the group is closed as Missing before this
  missing_held_until timestamptz,
  primary key (bucket, region, tag, queue_id)
);

create table rates (
  -- the account (AppId) and the region that CI counts by
  account text not null,
  region text not null,
  -- when the next slot is free (the theoretical arrival time of GCRA)
  next_slot_at timestamptz not null,
  -- half the rate until then
  slow_until timestamptz,
  primary key (account, region)
);

create table intents (
  id uuid primary key,
  bucket text not null,
  region text not null,
  source text not null,
  rule text not null default '',
  -- CI's request as it is sent, our key in UserData included
  request json not null,
  -- pending: to be sent. posting: sent, or about to be, until post_until. doubtful: perhaps taken by CI.
  -- submitted, refused: known.
  state text not null check (state in ('pending', 'posting', 'doubtful', 'submitted', 'refused')),
  post_until timestamptz,
  looks integer not null default 0,
  tries integer not null default 0,
  -- when recheck turns to it, unless it is settled by then
  next_try_at timestamptz not null,
  last_error text not null default '',
  -- the jobs as CI answered, to be told again under the same Idempotency-Key
  answer json,
  created_at timestamptz not null,
  settled_at timestamptz,
  claim_token uuid,
  claimed_until timestamptz
);
create index intents_due on intents (next_try_at) where settled_at is null;
create index intents_unsettled on intents (created_at desc, id desc) where settled_at is null;
create index intents_settled on intents (settled_at) where settled_at is not null;

create table idempotency_keys (
  -- SHA-256 of the caller's key: it may be a secret of theirs
  key_hash text primary key,
  body_hash text not null,
  intent_id uuid not null references intents on delete cascade,
  created_at timestamptz not null
);
create index idempotency_keys_of_intent on idempotency_keys (intent_id);

create table discovery_cursors (
  bucket text not null,
  region text not null,
  tag text not null,
  -- jobs created before this have been seen
  seen_until timestamptz not null,
  next_at timestamptz not null,
  claim_token uuid,
  primary key (bucket, region, tag)
);

create table last_sweep (
  only_row boolean primary key default true check (only_row),
  started_at timestamptz not null
);
`;
