/**
 * The rate's shares, and what tells that the database's clock was put back: times that lie ahead of it. The previous
 * release goes on with `next_slot_at` and `slow_until` alone.
 */
export const clocks = `
alter table rates
  -- CI asked everybody to wait until then
  add column held_until timestamptz,
  -- when the next hint, and the next submission of on-object, may take a slot
  add column hint_turn_at timestamptz,
  add column submit_turn_at timestamptz,
  -- the database's time when this row was written
  add column touched_at timestamptz;

alter table endpoints
  -- the database's time when its deliveries were last seen to, within some seconds
  add column touched_at timestamptz;

alter table lanes
  -- the database's time when it was put off
  add column put_off_at timestamptz;

-- leases that no clock of now can have given
create index intents_claimed on intents (claimed_until) where settled_at is null and claimed_until is not null;
`;
