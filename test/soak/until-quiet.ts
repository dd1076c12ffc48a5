import { setTimeout as delay } from 'node:timers/promises';
import type { Mischiefs } from './do-mischief.ts';
import { BUCKETS } from './places.ts';
import { LONGEST_FAULT_MS } from './plan/faults.ts';
import { control } from './world/cloud-state.ts';
import type { World } from './world/world.ts';

/** Two sweeps and two runs of deliver have had their chance meanwhile. */
const LOOK_EVERY_MS = 2500;
/** Ahead of every jump of the plan, so that nothing waits for a time that was once reached. */
const FIRST_OFFSET_MS = 4_000_000;
const FIRST_JUMP_MS = 60_000;
const JUMP_GROWTH = 1.3;
const LONGEST_JUMP_MS = 1_800_000;
/** Reconcile lists a prefix every 15 minutes; each has its turn twice. */
const LEAST_PASSED_MS = 2_000_000;
/** With nothing moving for so many looks something is stuck. */
const MAX_IDLE_LOOKS = 40;

export interface Unfinished {
  openJobs: number;
  openWatches: number;
  unsettledIntents: number;
  pendingDeliveries: number;
  untoldEvents: number;
}

/**
 * Waits until nothing is left to do. When no request has reached CI for a while, so that none can be on its way, time
 * passes faster: both clocks jump ahead together.
 *
 * @returns what is still unfinished when nothing has moved for long; undefined when all is quiet
 */
export async function untilQuiet(world: World, mischiefs: Mischiefs): Promise<Unfinished | undefined> {
  // What was on its way to CI when the last fault ended has arrived before time jumps.
  await delay(2 * LONGEST_FAULT_MS);
  let passedMs = 0;
  let jumpMs = FIRST_JUMP_MS;
  let before = { unfinished: '', requests: 0 };
  for (let idleLooks = 0; idleLooks < MAX_IDLE_LOOKS; ) {
    await delay(LOOK_EVERY_MS);
    const unfinished = await readUnfinished(world);
    const isDone = Object.values(unfinished).every((count) => count === 0);
    if (isDone && passedMs > LEAST_PASSED_MS) return undefined;
    const now = { unfinished: JSON.stringify(unfinished), requests: world.front.seen.length };
    idleLooks = now.unfinished === before.unfinished && !isDone ? idleLooks + 1 : 0;
    const isStill = now.requests === before.requests;
    before = now;
    if (!isStill) continue;
    jumpMs = isDone ? LONGEST_JUMP_MS / 4 : Math.min(jumpMs * JUMP_GROWTH, LONGEST_JUMP_MS);
    passedMs += jumpMs;
    await mischiefs.moveDatabaseClock(FIRST_OFFSET_MS + passedMs);
    await mischiefs.moveCloudClocks(FIRST_OFFSET_MS + passedMs);
  }
  return await readUnfinished(world);
}

async function readUnfinished({ database, portOf }: World): Promise<Unfinished> {
  const [row] = await database.ask<Omit<Unfinished, 'openJobs'>>(`select
    (select count(*)::int from watches where outcome = '') as "openWatches",
    (select count(*)::int from intents where settled_at is null) as "unsettledIntents",
    (select count(*)::int from deliveries where state = 'pending') as "pendingDeliveries",
    (select count(*)::int from events where not fanned_out) as "untoldEvents"`);
  if (row === undefined) throw new Error('The store answered with nothing.');
  let openJobs = 0;
  for (const bucket of BUCKETS) {
    const { jobs } = await control<{ jobs: { State: string }[] }>(portOf(bucket), 'GET', 'jobs');
    openJobs += jobs.filter(({ State }) => State === 'Submitted' || State === 'Running').length;
  }
  return { openJobs, ...row };
}
