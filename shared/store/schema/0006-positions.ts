/**
 * How far old rows have been looked through, and where in the list of watches one stands that came from a submission.
 * No row is rewritten. Indexes give way to others that begin with the same column: the previous release goes by those.
 */
export const positions = `
create table retire_positions (
  kind text primary key,
  -- the key of the last row that was looked at; empty: from the beginning
  after text[] not null default '{}'
);
insert into retire_positions (kind) values ('events'), ('versions');

create index events_by_age_in_order on events (at, seq);
drop index events_by_age;
-- by time alone what waits for one endpoint would be looked for among what waits for all
drop index deliveries_waiting;

alter table watches
  -- beside watches of the same created_at it is listed by this, not by its job: it came from a submission and has its place
  add column list_id text collate "C";
create index watches_listed on watches (created_at desc, coalesce(list_id, job_id) desc);
drop index watches_newest;
`;
