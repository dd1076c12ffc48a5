import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { claimDeliveries } from '../../shared/notify/claim-deliveries.ts';
import { type Delivering, startDelivering } from '../worlds/delivering.ts';
import { until } from '../worlds/until.ts';

const SEATS = 8;
const MANY = 120;

/** The endpoint answers at once for a while, so that more is claimed than there are seats; then as it is told. */
async function startClaimedAhead() {
  const world = await startDelivering();
  const events = await world.succeed(MANY);
  const held: (() => void)[] = [];
  let answered = 0;
  let then = (end: () => void): void => {
    held.push(end);
  };
  world.answerBy('hooks', (response) => {
    answered += 1;
    const end = () => void response.writeHead(204).end();
    if (answered <= 3 * SEATS) end();
    else then(end);
  });
  const running = (await world.deliverTo('hooks'))();
  await until(() => expect(held).toHaveLength(SEATS));
  return {
    world,
    events,
    running,
    held,
    /** From now on each is answered at once, those that wait included. */
    go() {
      then = (end) => end();
      for (const end of held.splice(0)) end();
    },
  };
}

const leased = async ({ sql }: Delivering) => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from deliveries where claim_token is not null and claimed_until > now()`;
  return row?.count ?? 0;
};

it('whoever serves an endpoint alone has claimed more than it has under way, and nobody else finds a seat', async () => {
  const { world, events, running, held, go } = await startClaimedAhead();
  expect(await leased(world)).toBeGreaterThan(SEATS);
  expect(held).toHaveLength(SEATS);
  expect(await claim(world)).toEqual([]);
  go();
  expect(await running).toMatchObject({ delivered: MANY });
  expect(world.cameTo('hooks').sort()).toEqual([...events].sort());
  expect(await leased(world)).toBe(0);
});

it('what was claimed ahead is not begun after an endpoint has asked for patience, and is due as it was', async () => {
  const { world, running, held, go } = await startClaimedAhead();
  const came = () => world.cameTo('hooks').length;
  const before = came();
  world.answer('hooks', 429, { 'retry-after': '300' });
  // One ends, the next is answered with a wish for patience; the others under way end as they like.
  held.shift()?.();
  await until(() => expect(came()).toBe(before + 1));
  go();
  await running;
  expect(came() - before).toBeLessThanOrEqual(SEATS);
  expect(await leased(world)).toBe(0);
  world.answer('hooks', 204);
  await world.pass(301);
  await (await world.deliverTo('hooks'))();
  expect(new Set(world.cameTo('hooks')).size).toBe(MANY);
});

it('nor after it has said that it is gone', async () => {
  const { world, running, held, go } = await startClaimedAhead();
  const before = world.cameTo('hooks').length;
  world.answer('hooks', 410);
  held.shift()?.();
  go();
  await running;
  expect(world.cameTo('hooks').length - before).toBeLessThanOrEqual(2 * SEATS);
  expect(await leased(world)).toBe(0);
});

/** As another instance does. */
function claim(world: Delivering) {
  return world.store.transaction((sql) =>
    claimDeliveries(sql, 'hooks', randomUUID(), { seats: SEATS, ahead: 64 }),
  );
}
