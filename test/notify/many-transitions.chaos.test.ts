import { expect, it } from 'vitest';
import { seededRandom } from '../../emulators/ci/control/seeded-random.ts';
import type { State } from '../../shared/ci/job-state.ts';
import { type Fate, startFaultyReceiver } from '../worlds/faulty-receiver.ts';
import { startKillableFunctions } from '../worlds/killable-function.ts';
import { loadFunction } from '../worlds/load-function.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { firstOfEach, jobByJob, jobOf, startToldWorld } from '../worlds/told-world.ts';

/** Each begins to run and succeeds: 2 000 transitions. */
const JOBS = 1000;
const JOBS_IN_A_BATCH = 100;
const BATCHES_IN_A_ROUND = 4;
/** Their events are refused until they are dead, and sent again. */
const STUBBORN_JOBS = 3;
/** Of ten answers: four fail, of which two break the connection. */
const FATES: readonly Fate[] = [...Array<Fate>(6).fill('accept'), 'refuse', 'refuse', 'reset', 'break off'];
const SLOW = 0.05;
const SLOWEST_MS = 200;
const PROCESSES = 3;
const KILLED = 0.8;
const LONGEST_LIFE_MS = 400;
/** Nine attempts at each of a job's two events take eighteen, and as many again what is killed. */
const MAX_ROUNDS = 100;
const SEED = 5;

it('2 000 transitions come from dying processes to a receiver that fails, is slow and resets: none is missing, each verifies, each repeat is the same', async () => {
  const random = seededRandom(SEED);
  const world = await startToldWorld();
  const jobIds = await world.watchJobs(JOBS);
  const stubborn = new Set(jobIds.slice(0, STUBBORN_JOBS));
  const receiver = await startFaultyReceiver(({ id }) => {
    const fate = FATES[Math.floor(random() * FATES.length)] ?? 'accept';
    const slowMs = random() < SLOW ? random() * SLOWEST_MS : 0;
    return { fate: stubborn.has(jobOf(id)) ? 'refuse' : fate, slowMs };
  });
  const variables = { DATABASE_URL: world.url, ...receiver.variablesFor('test') };
  const functions = await startKillableFunctions('deliver', PROCESSES, variables, []);
  const deliver = () =>
    functions.map((one) => one.deliver({}, random() < KILLED ? random() * LONGEST_LIFE_MS : undefined));
  const deliverAll = async () => {
    for (let round = 0; (await world.left()) > 0; round += 1) {
      expect(round).toBeLessThan(MAX_ROUNDS);
      await world.passUntilAllIsDue();
      await Promise.all(deliver());
    }
  };

  const words = [...inBatches(jobIds, 'Running', 1), ...inBatches(jobIds, 'Success', 2)];
  while (words.length > 0) {
    const heard = words.splice(0, BATCHES_IN_A_ROUND);
    await Promise.all([...deliver(), ...heard.map(({ ids, state, turn }) => world.hear(ids, state, turn))]);
    await world.passUntilAllIsDue();
  }
  await deliverAll();
  expect(functions.reduce((sum, { killed }) => sum + killed(), 0)).toBeGreaterThan(5);

  // Who is refused nine times is given up; by chance that may happen to others too.
  const givenUp = await world.dead();
  expect(givenUp.map(jobOf)).toEqual(expect.arrayContaining([...stubborn]));
  const submit = await loadFunction('api', {
    ...variables,
    CI_BUCKETS: `${BUCKET}@${REGION}`,
    API_AUTH: 'none',
  });
  stubborn.clear();
  for (let dead = givenUp; dead.length > 0; dead = await world.dead()) {
    for (const id of dead) {
      const { status } = await submit(`/deliveries/${id}/retry`, { method: 'POST' });
      expect(status).toBe(202);
    }
    await deliverAll();
  }

  const events = await world.eventIds();
  const ids = [...events.values()].flat().sort();
  expect(ids).toHaveLength(2 * JOBS);
  expect(receiver.unverified).toEqual([]);
  expect(firstOfEach(receiver.arrivals).sort()).toEqual(ids);
  expect(firstOfEach(receiver.accepted).sort()).toEqual(ids);
  // Many came several times, and always as the same.
  expect(receiver.arrivals.length).toBeGreaterThan(1.3 * ids.length);
  expect(new Set(receiver.arrivals.map(({ id, body }) => `${id} ${body}`)).size).toBe(ids.length);
  // What is given up lets the later events of its job go first.
  const spared = new Set(givenUp.map(jobOf));
  const inOrder = [...jobByJob(firstOfEach(receiver.accepted))].filter(([jobId]) => !spared.has(jobId));
  expect(inOrder.length).toBeGreaterThan(0.9 * JOBS);
  expect(inOrder).toEqual(inOrder.map(([jobId]) => [jobId, events.get(jobId)]));
});

function inBatches(jobIds: readonly string[], state: State, turn: number) {
  return Array.from({ length: Math.ceil(jobIds.length / JOBS_IN_A_BATCH) }, (_, index) => {
    const from = index * JOBS_IN_A_BATCH;
    return { state, turn, ids: jobIds.slice(from, from + JOBS_IN_A_BATCH) };
  });
}
