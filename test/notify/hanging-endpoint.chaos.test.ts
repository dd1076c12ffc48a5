import { expect, it } from 'vitest';
import { startChildFunction } from '../worlds/child-function.ts';
import { type FaultyReceiver, startFaultyReceiver } from '../worlds/faulty-receiver.ts';
import { startToldWorld } from '../worlds/told-world.ts';

const HEALTHY = ['one', 'other'];
const HANGING = 'hanging';
const EVENTS = 200;
/** Attempts that one endpoint has under way at once, as docs/delivery.md says. */
const SEATS = 8;
/** What else the machine does can only add to a delay, so the best of several rounds says most. */
const MIN_ROUNDS = 2;
const MAX_ROUNDS = 5;

interface Delays {
  /** of what the run delivers that has the endpoint which hangs on its hands */
  sameRun: number;
  /** of what happens while that run still hangs, and another instance delivers at the next tick */
  nextTick: number;
}

it('an endpoint that hangs for ever makes the median delay of the others grow by less than a factor of two', async () => {
  const alone = { sameRun: Number.POSITIVE_INFINITY, nextTick: Number.POSITIVE_INFINITY };
  const beside = { ...alone };
  const isSlower = () => beside.sameRun >= 2 * alone.sameRun || beside.nextTick >= 2 * alone.nextTick;
  for (let round = 1; round <= MIN_ROUNDS || (isSlower() && round <= MAX_ROUNDS); round += 1) {
    keepBest(alone, await medianDelays(HEALTHY));
    keepBest(beside, await medianDelays([HANGING, ...HEALTHY]));
  }
  expect(beside.sameRun).toBeLessThan(2 * alone.sameRun);
  expect(beside.nextTick).toBeLessThan(2 * alone.nextTick);
});

function keepBest(best: Delays, found: Delays): void {
  best.sameRun = Math.min(best.sameRun, found.sameRun);
  best.nextTick = Math.min(best.nextTick, found.nextTick);
}

async function medianDelays(names: readonly string[]): Promise<Delays> {
  const receiver = await startFaultyReceiver(({ endpoint }) => ({
    fate: endpoint === HANGING ? 'hang' : 'accept',
  }));
  const world = await startToldWorld();
  const variables = { DATABASE_URL: world.url, ...receiver.variablesFor(...names) };
  const instances = await Promise.all([1, 2].map(() => startChildFunction('deliver', variables)));
  // Warm: connected, and its endpoints known.
  for (const instance of instances) await instance.run();

  const jobIds = await world.watchJobs(EVENTS);
  const medians: number[] = [];
  for (const [turn, instance] of instances.entries()) {
    await world.hear(jobIds, turn === 0 ? 'Running' : 'Success', turn + 1);
    medians.push(await medianDelay(receiver, () => instance.run()));
    expect(receiver.hanging()).toBe(names.includes(HANGING) ? SEATS : 0);
  }
  await Promise.all(instances.map((instance) => instance.kill()));
  const [sameRun = Number.NaN, nextTick = Number.NaN] = medians;
  return { sameRun, nextTick };
}

/** From the beginning of the run until an event arrives, in milliseconds. The run itself may go on. */
async function medianDelay(receiver: FaultyReceiver, run: () => Promise<unknown>): Promise<number> {
  const before = receiver.accepted.length;
  const startedMs = Date.now();
  void run();
  await receiver.untilAccepted(before + EVENTS * HEALTHY.length);
  const delays = receiver.accepted.slice(before).map(({ atMs }) => atMs - startedMs);
  return delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)] ?? Number.NaN;
}
