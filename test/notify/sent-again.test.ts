import { expect, it } from 'vitest';
import { sendAgain } from '../../shared/notify/send-again.ts';
import type { Sql } from '../../shared/store/store.ts';
import { retireEvents } from '../../shared/watch/retire-events.ts';
import { startDelivering } from '../worlds/delivering.ts';
import { until } from '../worlds/until.ts';

const DAY_SECONDS = 86_400;

/** One delivery that is dead since 31 days ago: its event is old enough to be removed. */
async function startDead() {
  const world = await startDelivering();
  const [event = ''] = await world.succeed();
  world.answer('hooks', 410);
  const run = await world.deliverTo('hooks');
  await run();
  await world.pass(31 * DAY_SECONDS);
  expect(await run()).toMatchObject({ dead: 1 });
  await world.pass(31 * DAY_SECONDS);
  // That the endpoint was switched off is old, too, and not what is counted here.
  await world.sql`delete from events where type = 'jobwatch.endpoint.off'`;
  const store = world.openOwnStore();
  return {
    ...world,
    run,
    id: `${event}.hooks`,
    retire: () => store.transaction((sql) => retireEvents(sql, 30, 500)),
    /** Does the first, and the second while the first is done and not committed. */
    async meanwhile<A, B>(first: (sql: Sql) => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
      let other: Promise<B> | undefined;
      const done = await world.openOwnStore().transaction(async (sql) => {
        const result = await first(sql);
        other = second();
        await until(async () => {
          const [waiting] = await world.sql`
            select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
          if (waiting === undefined && (await isPending(other))) throw new Error('neither waits nor done');
        });
        return result;
      });
      if (other === undefined) throw new Error('nothing was done meanwhile');
      return [done, await other];
    },
  };
}

async function isPending(promise: Promise<unknown> | undefined): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending;
}

it('a delivery that is sent again while old events are removed is not removed with them', async () => {
  const world = await startDead();
  const [again, removed] = await world.meanwhile((sql) => sendAgain(sql, world.id), world.retire);
  expect(again).toMatchObject({ State: 'pending' });
  expect(removed).toBe(0);
  world.answer('hooks', 204);
  await world.post('/endpoints/hooks/enable');
  expect(await world.run()).toMatchObject({ delivered: 1 });
});

it('one that is being removed is no delivery any more: 404, and not 202', async () => {
  const world = await startDead();
  const [removed, answer] = await world.meanwhile(
    (sql) => retireEvents(sql, 30, 500),
    () => world.post(`/deliveries/${world.id}/retry`),
  );
  expect(removed).toBe(1);
  expect(answer.status).toBe(404);
});

it('one that was sent again stays until it has ended, and RETENTION_DAYS after that', async () => {
  const world = await startDead();
  expect((await world.post(`/deliveries/${world.id}/retry`)).status).toBe(202);
  expect(await world.retire()).toBe(0);
  world.answer('hooks', 204);
  await world.post('/endpoints/hooks/enable');
  await world.run();
  await world.pass(29 * DAY_SECONDS);
  expect(await world.retire()).toBe(0);
  await world.pass(2 * DAY_SECONDS);
  expect(await world.retire()).toBe(1);
});
