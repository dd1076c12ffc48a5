import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../compare.ts';
import { startDelivering } from '../delivering.ts';
import { median } from '../median.ts';

const BYTES = 3000;
const ROUNDS = 3;
const EVENTS = 2000;
const SLOW_EVENTS = 600;
const SLOW_MS = 50;
/** A second, of eight attempts at once: 160 is all that they allow. */
const SLOW_GOAL = 145;
const WAL_GOAL_KB = 12;
const PEER = fileURLToPath(new URL('../peers/pg-boss-deliveries.cjs', import.meta.url));
const COMMAND = 'npm run bench -- deliver';

interface Measured {
  readonly perSecond: number;
  readonly walKb: number;
}

/** Deliveries to one endpoint, by an instance of deliver as it is deployed and by a loop over pg-boss. */
export async function deliveries(): Promise<Figure[]> {
  const world = await startDelivering();

  /** @param send resolves with how long it took, in milliseconds */
  async function measure(events: number, send: () => Promise<number>): Promise<Measured> {
    const before = world.came();
    const { result: wallMs, walBytes } = await world.withWal(send);
    const came = world.came() - before;
    if (came !== events) throw new Error(`expected ${events} deliveries, ${came} came`);
    return { perSecond: (events * 1000) / wallMs, walKb: walBytes / 1000 / events };
  }

  async function ours(events: number): Promise<Measured> {
    await world.fill(events, BYTES);
    const deliver = await world.startDeliver(1);
    try {
      return await measure(events, async () => (await deliver.run()).durationMs);
    } finally {
      await deliver.close();
    }
  }

  async function theirs(events: number, atATime: number): Promise<Measured> {
    const given = [world.databaseUrl, world.url, events, BYTES, atATime].map(String);
    const child = fork(PEER, given, { execArgv: [] });
    await once(child, 'message');
    return await measure(events, async () => {
      child.send('go');
      const [{ wallMs }] = (await once(child, 'message')) as [{ wallMs: number }];
      return wallMs;
    });
  }

  /** In turn; the middle of each. */
  async function contest(events: number, atATime: number) {
    const rounds = { ours: [] as Measured[], theirs: [] as Measured[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.ours.push(await ours(events));
      rounds.theirs.push(await theirs(events, atATime));
    }
    const middle = (of: keyof typeof rounds, what: keyof Measured) =>
      median(rounds[of].map((measured) => measured[what]));
    return {
      ours: middle('ours', 'perSecond'),
      theirs: middle('theirs', 'perSecond'),
      oursKb: middle('ours', 'walKb'),
      theirsKb: middle('theirs', 'walKb'),
    };
  }

  try {
    const byEight = await contest(EVENTS, 8);
    const byHundred = await contest(EVENTS, 100);
    world.answerAfter(SLOW_MS);
    const slow = await contest(SLOW_EVENTS, 8);
    const figure = (what: string, peer: string, { ours, theirs }: typeof slow, goal: number): Figure => ({
      figure: what,
      peer,
      ours: 1000 / ours,
      theirs: 1000 / theirs,
      unit: 'ms',
      ratio: ours / theirs,
      goal,
      command: COMMAND,
      note: `${ours.toFixed(0)} a second, the peer ${theirs.toFixed(0)}`,
    });
    const [eight, hundred] = ['pg-boss, fetching 8', 'pg-boss, fetching 100'];
    return [
      figure('a delivery to one fast endpoint, beside eight at a time', eight, byEight, 1.5),
      figure('a delivery to one fast endpoint, beside a hundred', hundred, byHundred, 0.5),
      figure(`a delivery to an endpoint of ${SLOW_MS} ms`, eight, slow, SLOW_GOAL / slow.theirs),
      {
        figure: 'WAL of one delivery',
        peer: eight,
        ours: byEight.oursKb,
        theirs: byEight.theirsKb,
        unit: 'KB',
        ratio: byEight.theirsKb / byEight.oursKb,
        goal: byEight.theirsKb / WAL_GOAL_KB,
        command: COMMAND,
      },
    ];
  } finally {
    await world.close();
  }
}
