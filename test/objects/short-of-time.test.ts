import { expect, it } from 'vitest';
import { loadHandler } from '../worlds/load-function.ts';
import { eventOf } from '../worlds/object-events.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

it('an event that has no time for a POST begins none: the next recheck posts at once', async () => {
  const rules = [ruleOf()];
  const world = await startRuledWorld(rules);
  const onObject = await loadHandler('on-object', world.env, rules);
  // A POST may take 15 s, and 3 s are kept to write down what came of it.
  const context = { request_id: 'event', time_limit_in_ms: 17_000 };
  const taken = await onObject(eventOf({ key: 'clips/a.mp4' }, { key: 'clips/b.mp4' }), context);
  expect(taken).toMatchObject({ intended: 2 });
  const states = await world.sql`select state, tries from intents`;
  expect(states).toEqual(Array.from({ length: 2 }, () => ({ state: 'pending', tries: 0 })));
  expect(await world.jobsAtCi()).toEqual([]);
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(['clips/a.mp4', 'clips/b.mp4']);
});
