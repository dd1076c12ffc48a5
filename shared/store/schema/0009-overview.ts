/**
 * What GET /overview reads: how many jobs ended, counted by quarter hours, hours and days, and how many transactions
 * changed something. What the release before writes is marked too, and not counted: it counts nothing and takes nothing
 * back.
 */
export const counts = `
alter table watches
  -- the rule that its outcome is counted under; null: not counted
  add column counted_rule text;

-- outcomes that are to be counted, or, with a count below 0, to be taken back: inserted and removed and never updated,
-- so that no transaction waits for another because of them
create table outcome_changes (
  id bigint generated always as identity primary key,
  -- the quarter of an hour in which the job ended
  quarter timestamptz not null,
  rule text not null,
  outcome text not null,
  -- CI's Code of what failed, else ''
  code text not null,
  -- which of b0 to b23; null when it is not known how long the job took
  bucket smallint,
  count integer not null,
  latest_at timestamptz not null,
  latest_job_id text collate "C" not null
);

create table outcomes_by_quarter (
  at timestamptz not null,
  rule text not null,
  outcome text not null,
  code text not null,
  count bigint not null,
  -- the job that ended last of those; of several, the one with the highest id
  latest_at timestamptz not null,
  latest_job_id text collate "C" not null,
  -- how many took how long: each bucket is 1.65 times as wide as the one before, the first ends at 1.65 s
  b0 integer not null, b1 integer not null, b2 integer not null, b3 integer not null,
  b4 integer not null, b5 integer not null, b6 integer not null, b7 integer not null,
  b8 integer not null, b9 integer not null, b10 integer not null, b11 integer not null,
  b12 integer not null, b13 integer not null, b14 integer not null, b15 integer not null,
  b16 integer not null, b17 integer not null, b18 integer not null, b19 integer not null,
  b20 integer not null, b21 integer not null, b22 integer not null, b23 integer not null,
  primary key (at, outcome, rule, code)
) with (fillfactor = 70);
create table outcomes_by_hour (like outcomes_by_quarter including all) with (fillfactor = 70);
create table outcomes_by_day (like outcomes_by_quarter including all) with (fillfactor = 70);

-- one row for each transaction that changed what GET /overview or a list shows, until it is folded
create table change_marks (id bigint generated always as identity primary key);
-- how many were folded
create table changes_folded (
  only_row boolean primary key default true check (only_row),
  count bigint not null
);
insert into changes_folded (count) values (0);

create function jobwatch_mark_change() returns trigger language plpgsql as $$
begin
  -- once for each transaction, however many rows it changes
  if current_setting('jobwatch.marked', true) is distinct from pg_current_xact_id()::text then
    insert into change_marks default values;
    perform set_config('jobwatch.marked', pg_current_xact_id()::text, true);
  end if;
  return null;
end $$;

-- leases, next checks and the like change with every tick, and are shown to nobody
create trigger watches_added after insert on watches for each row execute function jobwatch_mark_change();
create trigger watches_changed after insert on watch_history for each row execute function jobwatch_mark_change();
create trigger intents_added after insert on intents for each row execute function jobwatch_mark_change();
create trigger intents_changed after update on intents for each row
  when ((old.state, old.last_error, old.waits_key) is distinct from (new.state, new.last_error, new.waits_key))
  execute function jobwatch_mark_change();
create trigger deliveries_added after insert on deliveries for each row execute function jobwatch_mark_change();
create trigger deliveries_changed after update on deliveries for each row
  when ((old.state, old.attempts, old.last_status, old.last_error)
    is distinct from (new.state, new.attempts, new.last_status, new.last_error))
  execute function jobwatch_mark_change();
create trigger endpoints_added after insert or delete on endpoints for each row execute function jobwatch_mark_change();
create trigger endpoints_changed after update on endpoints for each row
  when (to_jsonb(old) - 'touched_at' is distinct from to_jsonb(new) - 'touched_at')
  execute function jobwatch_mark_change();
create trigger rules_added after insert on rule_states for each row execute function jobwatch_mark_change();
create trigger rules_changed after update on rule_states for each row
  when (to_jsonb(old) - '{reconcile_at,marker,claim_token,active_since,known_since}'::text[]
    is distinct from to_jsonb(new) - '{reconcile_at,marker,claim_token,active_since,known_since}'::text[])
  execute function jobwatch_mark_change();
`;

/** Built while everybody goes on writing, outside of a transaction. */
export const countIndexes = [
  {
    name: 'watches_open_by_state',
    definition: `on watches (state) where outcome = ''`,
    query: 'how many jobs are open in each state, in GET /overview',
  },
] as const;
