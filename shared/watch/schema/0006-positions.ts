/**
 * How far old rows have been looked through, and where in the list of watches one stands that came from a submission.
 * Nothing is rewritten and no index is built: new columns are empty.
 */
export const positions = `
create table retire_positions (
  kind text primary key,
  -- the key of the last row that was looked at; empty: from the beginning
  after text[] not null default '{}'
);
insert into retire_positions (kind) values ('events'), ('versions');

alter table watches
  -- beside watches of the same created_at it is listed by this, not by its job: it came from a submission and has its place
  add column list_id text collate "C";
`;
