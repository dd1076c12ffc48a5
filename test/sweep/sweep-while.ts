import { type CiClient, createClient } from '../../shared/ci/client/create-client.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { startSweep } from '../../shared/sweep/sweep.ts';
import { sweepDue } from '../../shared/sweep/sweep-due.ts';
import { slotsByAccount } from '../../shared/throttle/rate.ts';
import type { Run } from '../../shared/throttle/run.ts';
import type { Sweeping } from '../worlds/sweeping.ts';
import { CREDENTIALS } from '../worlds/test-cloud.ts';

/** What a test does while CI makes up its answer, the `asked`th of this sweep; `pass` moves every clock. */
export type Meanwhile = (asked: number, pass: (seconds: number) => Promise<void>) => Promise<void>;

/** What the sweep does; by default it reads what is due. */
type Work = (run: Run) => Promise<void>;

/** One sweep in this process, of the parts that recheck is made of, by a clock of its own. */
export async function sweepWhile(
  world: Sweeping,
  meanwhile: Meanwhile,
  { deadlineSeconds = 3600, work = sweepDue }: { deadlineSeconds?: number; work?: Work } = {},
): Promise<void> {
  let aheadMs = 0;
  let asked = 0;
  let turn = Promise.resolve();
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const pass = async (seconds: number) => {
    aheadMs += seconds * 1000;
    await world.pass(seconds);
  };
  /** Answers come one at a time, each after what happens meanwhile. */
  const answered = async <T>(asking: Promise<T>): Promise<T> => {
    const answer = await asking;
    asked += 1;
    const number = asked;
    turn = turn.then(() => meanwhile(number, pass));
    await turn;
    return answer;
  };
  const client = createClient({
    ...systemClock,
    endpoint: new URL(world.cloud.url),
    timeoutMs: 10_000,
    credentials: () => CREDENTIALS,
  });
  const ci: CiClient = {
    ...client,
    describeJobs: (...args) => answered(client.describeJobs(...args)),
    listJobs: (...args) => answered(client.listJobs(...args)),
  };
  const run = await startSweep({
    store: world.store,
    ci,
    clock,
    log: createLog('info'),
    deadlineMs: clock.now() + deadlineSeconds * 1000,
    slotsFor: slotsByAccount(world.store, 1000, clock),
    limits: { missingGraceSeconds: 0, stallAfterSeconds: 21_600 },
  });
  await work(run);
}
