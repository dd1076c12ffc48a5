import { expect, it, onTestFinished } from 'vitest';
import { countRoundTrips } from '../../bench/count-round-trips.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { eventOf } from '../worlds/object-events.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

/** Beginning, asking, answering: more would be felt where the database is far away. */
const MOST = 12;
const EVENTS = 20;

it.each([
  ['a rule without a limit', {}],
  ['a rule that may submit so many jobs an hour', { maxJobsPerHour: 1000 }],
])('an upload is submitted in twelve round trips: %s', async (_, change) => {
  const rules = [ruleOf(change)];
  const world = await startRuledWorld(rules, { CI_MAX_RPS: '1000' });
  const wire = await countRoundTrips(world.env['DATABASE_URL'] ?? '');
  onTestFinished(wire.close);
  const onObject = await loadHandler('on-object', { ...world.env, DATABASE_URL: wire.url }, rules);
  const upload = (key: string) =>
    onObject(eventOf({ key }), { request_id: 'event', time_limit_in_ms: 60_000 });
  await upload('clips/first.mp4');
  const trips: number[] = [];
  for (let event = 0; event < EVENTS; event += 1)
    trips.push(await wire.tripsOf(() => upload(`clips/${event}.mp4`)));
  expect(await world.inputsAtCi()).toHaveLength(EVENTS + 1);
  // One event of a second helps with what else is due.
  trips.sort((a, b) => a - b);
  expect(trips[EVENTS / 2]).toBeLessThanOrEqual(MOST);
});
