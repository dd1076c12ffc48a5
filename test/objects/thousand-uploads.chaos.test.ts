import { expect, it } from 'vitest';
import { seededRandom } from '../../emulators/ci/control/seeded-random.ts';
import { startKillableFunctions } from '../worlds/killable-function.ts';
import { eventOf, type Write } from '../worlds/object-events.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { SETTLE_SECONDS } from '../worlds/submit-world.ts';

const UPLOADS = 1000;
const DUPLICATED = 0.3;
const MERGED = 0.1;
const MERGED_RECORDS = 20;
/** The rest come so many in an event, to be done in the time of a test. */
const RECORDS = 8;
const KILLED = 0.15;
const LONGEST_LIFE_MS = 200;
const PROCESSES = 2;
const SEED = 4;

/** A fifth of what CI is asked goes wrong; some submissions after CI has taken the job. */
const FAULTS = [
  { match: 'CreateMediaJobs', rate: 0.13, phase: 'after', kind: 'reset', seed: SEED },
  { match: 'CreateMediaJobs', rate: 0.07, code: 'QueueSaturated', status: 403, seed: SEED + 1 },
  { match: 'DescribeMediaJobs', rate: 0.2, code: 'QueuePaused', status: 403, seed: SEED + 2 },
  { match: 'DescribeMediaJob', rate: 0.2, kind: 'reset', seed: SEED + 3 },
];

it('a thousand uploads, told twice, together, in any order and to dying processes, are a thousand jobs, each watched to its end', async () => {
  const rules = [ruleOf()];
  const world = await startRuledWorld(rules);
  const functions = await startKillableFunctions('on-object', PROCESSES, world.env, rules);
  const random = seededRandom(SEED);
  const events = eventsOf(random);
  await world.cloud.control('PUT', '/faults', FAULTS);

  await Promise.all(
    functions.map(async (one) => {
      for (let event = events.pop(); event; event = events.pop()) {
        const doomed = random() < KILLED;
        await one.deliver(event, doomed ? random() * LONGEST_LIFE_MS : undefined);
      }
    }),
  );
  expect(functions.reduce((sum, { killed }) => sum + killed(), 0)).toBeGreaterThan(5);
  // Some answers were lost, and some processes died between CI's answer and its being noted.
  expect(await world.unsettled()).toBeGreaterThan(10);

  while ((await world.unsettled()) > 0) {
    await world.pass(SETTLE_SECONDS);
    await world.recheck();
  }
  await world.cloud.control('PUT', '/progress', { mode: 'asks', n: 0 });
  while ((await openWatches()) > 0) {
    await world.pass(300);
    await world.recheck();
  }

  await world.cloud.control('PUT', '/faults', []);
  const keys = Array.from({ length: UPLOADS }, (_, index) => keyOf(index)).sort();
  expect(await world.inputsAtCi()).toEqual(keys);
  const watched = await world.sql<{ object: string; outcome: string }[]>`
    select job->'Input'->>'Object' as object, outcome from watches`;
  expect(watched.map(({ object }) => object).sort()).toEqual(keys);
  expect(new Set(watched.map(({ outcome }) => outcome))).toEqual(new Set(['Success']));

  async function openWatches(): Promise<number> {
    const [row] = await world.sql`select count(*)::int as count from watches where outcome = ''`;
    return Number(row?.['count']);
  }
});

function keyOf(index: number): string {
  return `clips/${String(index).padStart(4, '0')}.mp4`;
}

function eventsOf(random: () => number): object[] {
  const writes = Array.from(
    { length: UPLOADS },
    (_, index): Write => ({ key: keyOf(index), at: 1000 + index }),
  );
  const told = shuffled([...writes, ...writes.slice(0, UPLOADS * DUPLICATED)], random);
  const merged = told.splice(0, told.length * MERGED);
  const groups: Write[][] = [];
  while (told.length > 0) groups.push(told.splice(0, RECORDS));
  while (merged.length > 0) groups.push(merged.splice(0, MERGED_RECORDS));
  return shuffled(groups, random).map((group) => eventOf(...group));
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
