/** Orders to submit what lay in a bucket before its rule. The previous release goes on: it works none off. */
export const backfills = `
create table backfills (
  id uuid primary key,
  rule text not null,
  bucket text not null,
  region text not null,
  prefix text not null,
  modified_since timestamptz,
  modified_until timestamptz,
  dry_run boolean not null,
  by text not null,
  -- the last key that was dealt with: a listing goes on behind it, whoever lists
  marker text not null default '',
  listed bigint not null default 0,
  caught bigint not null default 0,
  known bigint not null default 0,
  submitted bigint not null default 0,
  last_error text not null default '',
  claimed_until timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  canceled boolean not null default false
);
-- one for a rule at a time
create unique index backfills_of_rule on backfills (rule) where ended_at is null;
create index backfills_ended on backfills (ended_at) where ended_at is not null;
`;
