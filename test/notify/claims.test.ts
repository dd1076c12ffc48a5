import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { claimDeliveries } from '../../shared/notify/claim-deliveries.ts';
import { type Delivering, startDelivering } from '../worlds/delivering.ts';
import { until } from '../worlds/until.ts';

const SEATS = 8;
const LEASE_SECONDS = 45;
const DELIVERED = { State: 'delivered', Attempts: 1, LastStatus: 204, LastError: '' };

it('a delivery whose lease ran out is taken by another, and the lost attempt is not counted', async () => {
  const world = await startDelivering();
  const [id] = await world.succeed();
  const run = await world.deliverTo('hooks');
  world.answer('hooks', 410);
  await run();
  await world.post('/endpoints/hooks/enable');
  world.answer('hooks', 204);
  // A process that is killed now leaves its claim behind.
  expect(await claim(world)).toHaveLength(1);
  await world.pass(LEASE_SECONDS - 10);
  expect(await run()).toMatchObject({ delivered: 0 });
  await world.pass(11);
  expect(await run()).toMatchObject({ delivered: 1 });
  expect(world.cameTo('hooks')).toEqual([id, id]);
  expect(await world.deliveries()).toMatchObject([DELIVERED]);
});

it('a failure that is told by whoever has lost the lease does not count', async () => {
  const { world, lateAnswer, answer, ended } = await startOvertaken();
  lateAnswer(500);
  await ended;
  expect(await world.deliveries()).toMatchObject([{ State: 'pending', Attempts: 0, LastStatus: null }]);
  await answer(204);
  expect(await world.deliveries()).toMatchObject([DELIVERED]);
});

it('that it arrived counts, whoever tells it, and no failure undoes it', async () => {
  const { world, lateAnswer, answer, ended } = await startOvertaken();
  lateAnswer(204);
  await ended;
  expect(await world.deliveries()).toMatchObject([DELIVERED]);
  await answer(500);
  expect(await world.deliveries()).toMatchObject([DELIVERED]);
});

it('an endpoint has eight attempts under way, of all instances together', async () => {
  const world = await startDelivering();
  const held = world.hold('hooks');
  const first = await world.succeed(SEATS - 3);
  const one = (await world.deliverTo('hooks'))();
  await untilHeld(held, SEATS - 3);
  const others = await world.succeed(30);
  const two = (await world.deliverTo('hooks'))();
  await untilHeld(held, SEATS);
  // A third instance finds no seat.
  expect(await claim(world)).toEqual([]);

  let underWay = SEATS;
  let most = SEATS;
  world.answerBy('hooks', (response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    setImmediate(() => response.writeHead(204).end());
    response.once('finish', () => {
      underWay -= 1;
    });
  });
  for (const response of held) {
    response.once('finish', () => {
      underWay -= 1;
    });
    response.writeHead(204).end();
  }
  await Promise.all([one, two]);
  expect(most).toBe(SEATS);
  expect(world.cameTo('hooks').sort()).toEqual([...first, ...others].sort());
});

it('of each job only the earliest event is under way', async () => {
  const world = await startDelivering();
  const [jobId = ''] = await world.watchJobs(1);
  await world.hear([jobId], 'Running', 1);
  await world.hear([jobId], 'Success', 2);
  const ids = (await world.eventIds()).get(jobId) ?? [];
  const held = world.hold('hooks');
  const run = (await world.deliverTo('hooks'))();
  await untilHeld(held, 1);
  expect(await claim(world)).toEqual([]);
  expect(world.cameTo('hooks')).toEqual(ids.slice(0, 1));
  world.answer('hooks', 204);
  held[0]?.writeHead(204).end();
  await run;
  expect(world.cameTo('hooks')).toEqual(ids);
});

it('what waits for a retry holds up the later events of its job, and of no other', async () => {
  const world = await startDelivering();
  const [held = '', free = ''] = await world.watchJobs(2);
  await world.hear([held], 'Running', 1);
  world.answer('hooks', 500);
  const run = await world.deliverTo('hooks');
  await run();
  world.answer('hooks', 204);
  await world.hear([held, free], 'Success', 2);
  await run();
  const events = await world.eventIds();
  expect(world.cameTo('hooks').slice(1)).toEqual(events.get(free));
  await world.pass(6);
  await run();
  expect(world.cameTo('hooks').slice(2)).toEqual(events.get(held));
});

/** A delivery that one instance has sent, and then another, whose lease it is now; neither has its answer yet. */
async function startOvertaken() {
  const world = await startDelivering();
  await world.succeed();
  const held = world.hold('hooks');
  const ended = (await world.deliverTo('hooks'))();
  await untilHeld(held, 1);
  await world.pass(LEASE_SECONDS + 1);
  const overtaking = (await world.deliverTo('hooks'))();
  await untilHeld(held, 2);
  const [late, present] = held;
  return {
    world,
    lateAnswer: (status: number) => late?.writeHead(status).end(),
    /** when the late one has written down how it went */
    ended,
    async answer(status: number) {
      present?.writeHead(status).end();
      await overtaking;
    },
  };
}

/** As an instance does that is killed before it sends anything. */
function claim(world: Delivering) {
  return world.store.transaction((sql) => claimDeliveries(sql, 'hooks', randomUUID(), { seats: SEATS }));
}

async function untilHeld(held: readonly unknown[], count: number): Promise<void> {
  await until(() => expect(held).toHaveLength(count));
}
