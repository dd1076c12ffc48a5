/**
 * What deliver needs: where events are to go, and how far each has come. The index of events is built while nobody may
 * write any: no release came before this one, so there are few.
 */
export const deliveries = `
-- What was written before there was a deliver is old news by now: it counts as told.
alter table events add column fanned_out boolean not null default true;
alter table events alter column fanned_out set default false;
create index events_to_fan_out on events (seq) where not fanned_out;

create table endpoints (
  name text primary key,
  -- since when it is switched off: it answered 410
  disabled_at timestamptz,
  -- it asked for a pause until then
  paused_until timestamptz
);

create table deliveries (
  -- the event's id and the endpoint's name: an event is fanned out to an endpoint once, whoever does it
  id text collate "C" primary key,
  event_seq bigint not null references events on delete cascade,
  job_id text collate "C" not null,
  endpoint text not null,
  state text not null check (state in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  -- what the endpoint answered last; null when it did not answer
  last_status integer,
  last_error text not null default '',
  created_at timestamptz not null,
  ended_at timestamptz,
  claim_token uuid,
  claimed_until timestamptz
);
create index deliveries_due on deliveries (endpoint, next_attempt_at) where state = 'pending';
create index deliveries_in_order on deliveries (endpoint, job_id, event_seq) where state = 'pending';
create index deliveries_waiting on deliveries (next_attempt_at) where state = 'pending';
create index deliveries_claimed on deliveries (endpoint) where claim_token is not null;
create index deliveries_of_event on deliveries (event_seq);
create index deliveries_of_job on deliveries (job_id, event_seq);
-- GET /deliveries and its filters, the newest first
create index deliveries_newest on deliveries (created_at desc, id desc);
create index deliveries_by_state on deliveries (state, created_at desc, id desc);
create index deliveries_by_endpoint on deliveries (endpoint, created_at desc, id desc);
create index deliveries_by_endpoint_and_state on deliveries (endpoint, state, created_at desc, id desc);
`;
