/**
 * Cohorts: the open watches of a group whose jobs are of one age are checked together, and a check that finds nothing new
 * writes their row alone. Code of the release before goes on leasing watches by their own columns, which stay; what it
 * inserts stands apart until a sweep has adopted it, as does what was there before. The default is a constant: no row
 * of the table is rewritten.
 */
export const cohorts = `
alter table watches
  -- when a watch that stands apart is checked by itself; null for what is checked with its cohort
  add column apart_at timestamptz default '-infinity';
-- room for the next version of a row on its own page: for new pages, nothing is rewritten
alter table watches set (fillfactor = 85);

create table watch_cohorts (
  bucket text not null,
  region text not null,
  tag text not null,
  queue_id text not null,
  -- its window reaches from here to the next one's start; -infinity for the oldest. Always a whole second
  starts_at timestamptz not null,
  next_check_at timestamptz not null,
  lease_token uuid,
  leased_until timestamptz,
  -- what the last reading saw: open watches, jobs that CI listed in the window, watches that the listing missed
  open integer not null default 0,
  listed integer,
  unlisted integer not null default 0,
  listed_at timestamptz,
  oldest_at timestamptz,
  youngest_at timestamptz,
  errors integer not null default 0,
  last_error text not null default '',
  -- of the head: since when it was seen without a watch
  empty_since timestamptz,
  primary key (bucket, region, tag, queue_id, starts_at)
) with (fillfactor = 50);
create index watch_cohorts_due on watch_cohorts (bucket, region, tag, next_check_at);
-- what no clock of now can have put off so far
create index watch_cohorts_latest on watch_cohorts (next_check_at) where empty_since is null;
create index watch_cohorts_leased on watch_cohorts (lease_token) where lease_token is not null;

-- who builds an index has it until then
create table index_builds (
  name text primary key,
  until timestamptz not null
);

-- CI ignored the window of a listing: until then the group is listed whole
alter table watch_groups add column unfiltered_until timestamptz;
-- when open watches that no group covers were last counted
alter table last_sweep add column covered_at timestamptz;

-- what each index is for
do $$
declare told record;
begin
  for told in select * from (values
    ('watches_due', 'the claim of the release before; to be dropped'),
    ('watches_open_group', 'the claim of the release before; to be dropped'),
    ('watches_claimed', 'a sweep keeps and gives back the watches that stand apart'),
    ('watches_oldest', 'the age of the oldest open job, in /healthz and a sweep''s line'),
    ('watches_newest', 'GET /watches'),
    ('watches_listed', 'GET /watches'),
    ('watches_by_state', 'GET /watches?state='),
    ('watches_by_rule', 'GET /watches?rule='),
    ('watches_by_outcome', 'GET /watches?outcome='),
    ('watches_ended', 'what is kept no longer'),
    ('watches_intent', 'the watches of a submission'),
    ('watches_output', 'whether a new object is an output of ours'),
    ('watches_writing', 'the job of a rule that writes an output'),
    ('watches_overtaken', 'jobs that ended after a newer version was posted'),
    ('watches_failed_by_rule', 'the retries of a rule')) as t (name, query)
  loop
    if to_regclass(told.name) is not null then
      execute format('comment on index %I is %L', told.name, told.query);
    end if;
  end loop;
end $$;
`;

/** Built while everybody goes on writing, outside of a transaction. */
export const cohortIndexes = [
  {
    name: 'watches_cohort',
    definition: `on watches (bucket, region, tag, queue_id, job_created_at, job_id)
      where outcome = '' and apart_at is null`,
    query: 'the members of a cohort',
  },
  {
    name: 'watches_apart',
    definition: `on watches (bucket, region, tag, apart_at) where outcome = '' and apart_at is not null`,
    query: 'the watches that stand apart and are due',
  },
] as const;
