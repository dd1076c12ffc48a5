import { expect, it } from 'vitest';
import { seededRandom } from '../../emulators/ci/control/seeded-random.ts';
import type { State } from '../../shared/ci/job-state.ts';
import { deliverOnce } from '../worlds/deliver-run.ts';
import { type Fate, startFaultyReceiver } from '../worlds/faulty-receiver.ts';
import { firstOfEach, jobByJob, jobOf, startToldWorld } from '../worlds/told-world.ts';

const SECOND_ATTEMPT_SECONDS = 5;

it('a job’s events arrive in order, though several instances deliver while more is observed and a fifth fails', async () => {
  const JOBS = 60;
  const IN_A_BATCH = 7;
  const INSTANCES = 4;
  /** A pause is no news: of each job there are four events. */
  const WAY: readonly State[] = ['Running', 'Pause', 'Running', 'Pause', 'Running', 'Success'];
  const FATES: readonly Fate[] = [...Array<Fate>(8).fill('accept'), 'refuse', 'reset'];
  const random = seededRandom(3);
  const world = await startToldWorld();
  const receiver = await startFaultyReceiver(() => ({
    fate: FATES[Math.floor(random() * FATES.length)] ?? 'accept',
  }));
  const variables = receiver.variablesFor('test');
  const jobIds = await world.watchJobs(JOBS);
  const instances = Array.from({ length: INSTANCES }, () => world.openOwnStore());
  const observers = [world.openOwnStore(), world.openOwnStore()];

  let observing = true;
  const observed = (async () => {
    for (const [turn, state] of WAY.entries()) {
      const mixed = jobIds.map((id) => ({ id, place: random() })).sort((a, b) => a.place - b.place);
      await Promise.all(
        observers.map(async (by) => {
          while (mixed.length > 0) {
            const ids = mixed.splice(0, IN_A_BATCH).map(({ id }) => id);
            await world.hear(ids, state, turn + 1, by);
          }
        }),
      );
    }
    observing = false;
  })();
  await Promise.all([
    observed,
    ...instances.map(async (store) => {
      while (observing) await deliverOnce(store, variables);
    }),
  ]);
  while ((await world.left()) > 0) {
    await world.passUntilAllIsDue();
    await Promise.all(instances.map((store) => deliverOnce(store, variables)));
  }

  const events = await world.eventIds();
  expect([...events.values()].map((ids) => ids.length)).toEqual(Array(JOBS).fill(4));
  expect(await world.dead()).toEqual([]);
  expect(receiver.arrivals.length).toBeGreaterThan(1.1 * 4 * JOBS);
  const accepted = jobByJob(firstOfEach(receiver.accepted));
  expect(Object.fromEntries(accepted)).toEqual(Object.fromEntries(events));
});

it('an event that fails holds back the later ones of its job, and nobody else’s', async () => {
  const world = await startToldWorld();
  const [held = '', free = ''] = await world.watchJobs(2);
  let failing = true;
  const receiver = await startFaultyReceiver(({ id }) => ({
    fate: failing && jobOf(id) === held ? 'refuse' : 'accept',
  }));
  for (const [turn, state] of (['Running', 'Success'] as const).entries()) {
    await world.hear([held, free], state, turn + 1);
  }
  const events = await world.eventIds();
  const [first, second] = events.get(held) ?? [];
  const variables = receiver.variablesFor('test');

  await deliverOnce(world.store, variables);
  await deliverOnce(world.store, variables);
  expect(jobByJob(receiver.arrivals.map(({ id }) => id))).toEqual(
    new Map([
      [held, [first]],
      [free, events.get(free)],
    ]),
  );

  failing = false;
  await world.pass(SECOND_ATTEMPT_SECONDS);
  expect(await deliverOnce(world.store, variables)).toMatchObject({ delivered: 2 });
  expect(receiver.arrivals.slice(-2).map(({ id }) => id)).toEqual([first, second]);
});

it('an event that happens while an earlier one of its job fails waits for it too', async () => {
  const world = await startToldWorld();
  const [job = ''] = await world.watchJobs(1);
  let failing = true;
  const receiver = await startFaultyReceiver(() => ({ fate: failing ? 'refuse' : 'accept' }));
  const variables = receiver.variablesFor('test');
  await world.hear([job], 'Running', 1);
  await deliverOnce(world.store, variables);
  failing = false;
  await world.hear([job], 'Success', 2);

  expect(await deliverOnce(world.store, variables)).toMatchObject({ events: 1, delivered: 0 });
  await world.pass(SECOND_ATTEMPT_SECONDS);
  expect(await deliverOnce(world.store, variables)).toMatchObject({ events: 0, delivered: 2 });
  expect(receiver.accepted.map(({ id }) => id)).toEqual((await world.eventIds()).get(job));
});
