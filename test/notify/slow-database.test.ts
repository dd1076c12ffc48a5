import { expect, it } from 'vitest';
import type { Store } from '../../shared/store/store.ts';
import { StoreUnavailable } from '../../shared/store/store-unavailable.ts';
import { deliverOnce } from '../worlds/deliver-run.ts';
import { startFannedOut } from '../worlds/fanned-out.ts';
import { startFaultyReceiver } from '../worlds/faulty-receiver.ts';

const EVENTS = 120;
const SEATS = 8;
/** Answers after so long: eight of them at a time, many are claimed ahead. */
const SLOW_MS = 30;

async function startSlowReceiver() {
  const receiver = await startFaultyReceiver(() => ({ fate: 'accept', slowMs: SLOW_MS }));
  const variables = receiver.variablesFor('test');
  return { world: await startFannedOut(variables, EVENTS), receiver, variables };
}

it('while the database takes no record of attempts no more are made: they would be made again', async () => {
  const { world, receiver, variables } = await startSlowReceiver();
  let failures = 0;
  /** attempts that had been made when the database began, and when it ceased, to refuse */
  const made: number[] = [];
  const failing: Store = {
    ...world.store,
    async transaction(work, ms) {
      // By now more is claimed than there are seats.
      const isRefused = receiver.accepted.length >= 3 * SEATS && failures < 3;
      if (isRefused === (made.length === 0)) made.push(receiver.arrivals.length);
      if (!isRefused) return await world.store.transaction(work, ms);
      failures += 1;
      throw new Error('not now');
    },
  };
  const summary = await deliverOnce(failing, variables);
  expect(failures).toBe(3);
  const [before = 0, after = 0] = made;
  expect(after - before).toBeLessThanOrEqual(SEATS);
  expect(summary.delivered).toBe(EVENTS);
  expect(receiver.arrivals).toHaveLength(EVENTS);
});

it('a statement that met its limit makes the next ones smaller, but not for good', async () => {
  const { world, receiver, variables } = await startSlowReceiver();
  const limit = new StoreUnavailable('too slow', { cause: { code: '57014' } });
  let failures = 0;
  let transactions = 0;
  const slow: Store = {
    ...world.store,
    async transaction(work, ms) {
      transactions += 1;
      return await world.store.transaction(async (sql) => {
        const done = await work(sql);
        if (receiver.accepted.length >= 3 * SEATS && failures < 6) {
          failures += 1;
          throw limit;
        }
        return done;
      }, ms);
    },
  };
  const summary = await deliverOnce(slow, variables);
  expect(failures).toBe(6);
  expect(summary.delivered).toBe(EVENTS);
  expect(receiver.arrivals).toHaveLength(EVENTS);
  // One at a time from there on would be one for each event.
  expect(transactions).toBeLessThan(EVENTS / 2);
});
