import { expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import type { WebhookSender } from '../../shared/notify/webhook/post-webhook.ts';
import type { Store } from '../../shared/store/store.ts';
import { deliverOnce } from '../worlds/deliver-run.ts';
import { startFannedOut } from '../worlds/fanned-out.ts';
import { startFaultyReceiver } from '../worlds/faulty-receiver.ts';
import { loadHandler } from '../worlds/load-function.ts';

/** An attempt's 15 s, and 3 s to write down how it went. */
const SECONDS_OF_AN_ATTEMPT = 18;
const SEATS = 8;
const EVENTS = 20;

/** A clock that stands still until a test puts it forward, or somebody sleeps. */
function handClock() {
  let nowMs = Date.now();
  const forward = (ms: number) => {
    nowMs += ms;
  };
  return { ...systemClock, now: () => nowMs, sleep: async (ms: number) => forward(ms), forward };
}

/** The sender, with something done after each attempt. */
function after(done: () => void): (sender: WebhookSender) => WebhookSender {
  return (sender) => ({
    ...sender,
    async post(endpoint, message) {
      const attempt = await sender.post(endpoint, message);
      done();
      return attempt;
    },
  });
}

it('a run that has no time for a single attempt says so', async () => {
  const receiver = await startFaultyReceiver();
  const variables = receiver.variablesFor('test');
  const world = await startFannedOut(variables, EVENTS);
  const run = deliverOnce(world.store, variables, {
    seconds: SECONDS_OF_AN_ATTEMPT - 0.001,
    clock: handClock(),
  });
  await expect(run).rejects.toThrow('expected a timeout of the function that leaves time for one attempt');
  expect(receiver.arrivals).toEqual([]);
});

it('a run begins what can just end in it, and nothing after that', async () => {
  const receiver = await startFaultyReceiver();
  const variables = receiver.variablesFor('test');
  const world = await startFannedOut(variables, EVENTS);
  const clock = handClock();
  const through = after(() => clock.forward(1));
  const summary = await deliverOnce(world.store, variables, {
    seconds: SECONDS_OF_AN_ATTEMPT,
    clock,
    through,
  });
  expect(receiver.arrivals).toHaveLength(SEATS);
  expect(summary.delivered).toBe(SEATS);
  // What it did not begin is free for the next.
  expect(await deliverOnce(world.store, variables)).toMatchObject({ delivered: EVENTS - SEATS });
});

it('a run whose database was slow to hand deliveries out begins none too late, and gives them back', async () => {
  const receiver = await startFaultyReceiver();
  const variables = receiver.variablesFor('test');
  const world = await startFannedOut(variables, EVENTS);
  const clock = handClock();
  const slow: Store = {
    ...world.store,
    async transaction(work) {
      const done = await world.store.transaction(work);
      clock.forward(1000);
      return done;
    },
  };
  // Enough when the fourth transaction begins, the first that claims.
  await deliverOnce(slow, variables, { seconds: SECONDS_OF_AN_ATTEMPT + 3.5, clock });
  expect(receiver.arrivals).toEqual([]);
  const [row] = await world.sql<{ claimed: number }[]>`
    select count(*)::int as claimed from deliveries where claim_token is not null`;
  expect(row?.claimed).toBe(0);
  expect(await deliverOnce(world.store, variables)).toMatchObject({ delivered: EVENTS });
});

it('a run that cannot give back what it took writes down what is under way all the same', async () => {
  let slowOne: string | undefined;
  const receiver = await startFaultyReceiver(({ id }) => {
    slowOne ??= id;
    return { fate: 'accept', slowMs: id === slowOne ? 500 : 0 };
  });
  const variables = receiver.variablesFor('test');
  const world = await startFannedOut(variables, EVENTS);
  const clock = handClock();
  let failures = 0;
  const failing: Store = {
    ...world.store,
    async transaction(work) {
      if (failures === 1) {
        failures += 1;
        throw new Error('not now');
      }
      const done = await world.store.transaction(work);
      if (receiver.accepted.length > 0 && failures === 0) {
        // It comes back with more to do, and no time for it.
        clock.forward(20_000);
        failures += 1;
      }
      return done;
    },
  };
  const summary = await deliverOnce(failing, variables, { seconds: 35, clock });
  expect(failures).toBe(2);
  expect(summary.delivered).toBe(SEATS);
  const [row] = await world.sql<{ delivered: number }[]>`
    select count(*)::int as delivered from deliveries where state = 'delivered'`;
  expect(row?.delivered).toBe(SEATS);
});

it('a run that loses its database ends only when its attempts have ended', async () => {
  const receiver = await startFaultyReceiver(({ endpoint }) => ({
    fate: endpoint === 'hanging' ? 'hang' : 'accept',
  }));
  const variables = receiver.variablesFor('hanging', 'test');
  const world = await startFannedOut(variables, EVENTS);
  const lost: Store = {
    ...world.store,
    async transaction(work) {
      if (receiver.accepted.length > 0) throw new Error('the database is gone');
      return await world.store.transaction(work);
    },
  };
  let begun = 0;
  let ended = 0;
  const through = (sender: WebhookSender): WebhookSender => ({
    ...sender,
    post(endpoint, message) {
      begun += 1;
      return sender.post(endpoint, message).finally(() => {
        ended += 1;
      });
    },
  });
  const run = deliverOnce(lost, variables, { timeoutMs: 500, through, clock: handClock(), seconds: 60 });
  await expect(run).rejects.toThrow('the database is gone');
  expect(receiver.hanging()).toBeGreaterThan(0);
  expect(ended).toBe(begun);
});

it('when the function has answered nobody is connected any more', async () => {
  const receiver = await startFaultyReceiver();
  const variables = receiver.variablesFor('test');
  const world = await startFannedOut(variables, EVENTS);
  const deliver = await loadHandler('deliver', { DATABASE_URL: world.url, ...variables });
  const answer = await deliver({}, { request_id: 'tick', time_limit_in_ms: 60_000 });
  expect(answer).toMatchObject({ delivered: EVENTS });
  await receiver.untilAlone();
});
