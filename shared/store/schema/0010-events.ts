/**
 * Events that keep what their transition set, a feed of them that skips none, events about ourselves, and what is known
 * of endpoints. No row is rewritten: every default that a stored row gets is a constant. The release before goes on: what
 * it writes has its document with it, and what it reads here is a document too.
 */
export const events = `
alter table events
  -- Input, Output and Job are said by the watch's document, which is final: data has the rest
  add column job_from_watch boolean not null default false,
  -- who wrote it, for an order in which nothing comes late; 0 for what was there before
  add column xid xid8 not null default '0',
  -- of an event that is about no job; such a one has neither job_id nor bucket
  add column subject text,
  -- an endpoint that it is for alone
  add column for_endpoint text;
alter table events alter column xid set default pg_current_xact_id();
-- nobody looks for events by their job
drop index events_of_job;

-- up to where the feed is kept: the greatest position of an event that was removed
create table event_feed (
  only_row boolean primary key default true check (only_row),
  removed_xid xid8 not null default '0',
  removed_seq bigint not null default 0
);
insert into event_feed default values;

alter table endpoints
  -- as deliver found it in WEBHOOKS, without its address and secrets
  add column kind text not null default 'webhook',
  add column host text not null default '',
  add column events text[] not null default '{}',
  -- false: it was there, and is no more
  add column configured boolean not null default true,
  -- how the last attempt went
  add column last_delivered_at timestamptz,
  add column last_status integer,
  add column last_error text not null default '',
  -- what died before the order, and was made since that time, is sent again
  add column recover_since timestamptz,
  add column recover_ordered_at timestamptz;
`;

/** Built while everybody goes on writing, outside of a transaction. */
export const eventIndexes = [
  { name: 'events_in_feed', definition: 'on events (xid, seq)', query: 'GET /events' },
] as const;
