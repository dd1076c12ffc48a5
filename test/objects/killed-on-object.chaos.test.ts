import { expect, it } from 'vitest';
import { startAnswerGate } from '../worlds/answer-gate.ts';
import { startChildFunction } from '../worlds/child-function.ts';
import { holdTable } from '../worlds/hold-table.ts';
import { eventOf } from '../worlds/object-events.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { POST_SECONDS, SETTLE_SECONDS, untilCiHangs } from '../worlds/submit-world.ts';

const KEY = 'clips/a.mp4';
const LEASE_SECONDS = 60;
const RULES = [ruleOf()];
/** The first version has its job; the second waits for its output, and the third is written while somebody dies. */
const EVENT = eventOf({ key: KEY, etag: 'c', at: 3 });

type Who = 'on-object' | 'recheck';

/** Ends the jobs that are open, again and again, until nothing waits; no two write the output at once. */
async function untilQuiet(world: RuledWorld): Promise<void> {
  await world.cloud.faults();
  // The platform hands the event over again.
  await world.drop({ key: KEY, etag: 'c', at: 3 });
  await world.pass(Math.max(LEASE_SECONDS, POST_SECONDS + SETTLE_SECONDS) + 1);
  for (let tick = 0; tick < 6; tick += 1) {
    await world.recheck();
    const open = (await world.jobsAtCi()).filter(({ State }) => State === 'Submitted');
    expect(open.length).toBeLessThanOrEqual(1);
    for (const { JobId } of open) await world.cloud.control('PATCH', `/jobs/${JobId}`, { state: 'Success' });
    await world.pass(361);
  }
}

/** One job for the version before and one for the newest; nothing is left that holds, waits or is claimed. */
async function expectOneJobEach(world: RuledWorld): Promise<void> {
  await untilQuiet(world);
  expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  const [left] = await world.sql`
    select (select count(*)::int from intents where settled_at is null) as unsettled,
      (select count(*)::int from intents where claim_token is not null and settled_at is null) as claimed,
      (select count(*)::int from intent_outputs) as outputs,
      (select count(*)::int from watches where outcome = '') as open,
      (select count(*)::int from lanes where put_off_until > jobwatch_now()) as "putOff"`;
  expect(left).toEqual({ unsettled: 0, claimed: 0, outputs: 0, open: 0, putOff: 0 });
  expect(await world.watches({ outcome: 'Success' })).toHaveLength(2);
}

/** A world in which the first version's job has ended at CI, and the newest is to be posted. */
async function startBefore(who: Who) {
  const world = await startRuledWorld(RULES);
  await world.drop({ key: KEY, etag: 'a', at: 1 });
  if (who === 'recheck') await world.drop({ key: KEY, etag: 'c', at: 3 });
  for (const { JobId } of await world.jobsAtCi())
    await world.cloud.control('PATCH', `/jobs/${JobId}`, { state: 'Success' });
  await world.pass(361);
  // What recheck is to do, on-object finds done but for the event.
  if (who === 'on-object') await world.recheck();
  const gate = await startAnswerGate(world.cloud.url, 'POST');
  const child = await startChildFunction(who, { ...world.env, CI_ENDPOINT: gate.url }, RULES);
  return { world, child, gate, event: who === 'on-object' ? EVENT : {} };
}

const TABLES: readonly [Who, string][] = [
  ...['object_versions', 'intents', 'lanes', 'output_holds', 'intent_outputs'].map((table): [Who, string] => [
    'on-object',
    table,
  ]),
  ...['watches', 'intents', 'lanes', 'output_holds', 'intent_outputs'].map((table): [Who, string] => [
    'recheck',
    table,
  ]),
];

it.each(TABLES)(
  '%s killed where it waits for %s: one job for each version, and nothing is stuck',
  async (who, table) => {
    const { world, child, gate, event } = await startBefore(who);
    gate.open();
    const held = await holdTable(world.sql, table);
    const ended = child.run(event);
    await held.untilAwaited();
    await child.kill();
    expect(await ended).toMatchObject({ kind: 'exited' });
    await held.release();
    await expectOneJobEach(world);
  },
);

it.each([
  ['on-object', 'before'],
  ['on-object', 'after'],
  ['recheck', 'before'],
  ['recheck', 'after'],
] as const)('%s killed %s CI takes the job: one job for each version', async (who, phase) => {
  const { world, child, event } = await startBefore(who);
  const posted = await world.cloud.requests('CreateMediaJobs');
  await world.cloud.faults({ match: 'CreateMediaJobs', phase, kind: 'hang' });
  const ended = child.run(event);
  await untilCiHangs(world, 'CreateMediaJobs', posted);
  await child.kill();
  expect(await ended).toMatchObject({ kind: 'exited' });
  await expectOneJobEach(world);
});

it.each([
  ['on-object', 'watches'],
  ['on-object', 'intents'],
  ['on-object', 'lanes'],
  ['recheck', 'watches'],
  ['recheck', 'intents'],
  ['recheck', 'lanes'],
] as const)(
  '%s killed after CI answered, where it waits for %s: one job for each version',
  async (who, table) => {
    const { world, child, gate, event } = await startBefore(who);
    const ended = child.run(event);
    await gate.untilHeld();
    expect(await world.jobsAtCi()).toHaveLength(2);
    const held = await holdTable(world.sql, table);
    gate.open();
    await held.untilAwaited();
    await child.kill();
    expect(await ended).toMatchObject({ kind: 'exited' });
    await held.release();
    await expectOneJobEach(world);
  },
);
