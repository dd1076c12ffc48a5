import type { CiError } from '../../ci/ci-error.ts';
import { createBatchSize, inHalves, inTransactions } from '../../store/in-batches.ts';
import { ciNowMs } from '../../throttle/run.ts';
import { errorDelayMs } from '../../throttle/schedule.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';
import { withGroupLocked } from '../claim/with-group-locked.ts';
import type { Hold } from '../hold.ts';
import { firstMove } from './moves.ts';
import { type Settlement, toSettlements } from './settlement.ts';
import { postponeCohorts, writeChecked, writeMove } from './write-cohorts.ts';

/**
 * Settles cohorts: those that were read are cut where they have grown too large or too old, merged where neighbours were
 * read together, and checked again after a share of their age. What was not read stays due; what failed is put off.
 * @param keepsRest what was not read is still to be read under this lease
 */
export async function settle(hold: Hold, cohorts: readonly HeldCohort[], keepsRest = false): Promise<void> {
  const { run, bucket, token } = hold;
  await postponeFailed(hold, cohorts);
  const settlements = toSettlements(cohorts, {
    nowMs: ciNowMs(run, bucket),
    keepsRest,
    random: run.clock.random,
  });
  const unmoved = settlements.filter(({ moves }) => !moves);
  await inTransactions(run.store, unmoved, (sql, batch) => writeChecked(sql, token, batch));
  for (const settlement of settlements) if (settlement.moves) await moveBoundaries(hold, settlement);
}

/** In one transaction; in several when the database is too slow for that. */
async function moveBoundaries(hold: Hold, settlement: Settlement): Promise<void> {
  const size = createBatchSize(settlement.before.length + settlement.after.length);
  for (let left: Settlement | undefined = settlement; left !== undefined; ) {
    const current: Settlement = left;
    left = await inHalves(size, async (rows) => {
      const next = firstMove(current, rows);
      const isDone = await withGroupLocked(hold, current.group, (sql) =>
        writeMove(sql, hold.token, next.move),
      );
      // What is lost, or locked by somebody else, stays due as it is.
      return isDone ? next.left : undefined;
    });
  }
}

async function postponeFailed({ run, token, kind }: Hold, cohorts: readonly HeldCohort[]): Promise<void> {
  const byError = new Map<CiError, HeldCohort[]>();
  for (const held of cohorts) {
    if (held.error) byError.set(held.error, [...(byError.get(held.error) ?? []), held]);
  }
  for (const [error, failed] of byError) {
    const jobs = failed.reduce((sum, { members, open }) => sum + members.size - open.size, 0);
    run.tally.errors += jobs;
    const next = failed.map(({ cohort }) => ({
      cohort,
      delayMs: errorDelayMs(cohort.errors + 1, run.clock.random()),
    }));
    await inTransactions(run.store, next, (sql, batch) => postponeCohorts(sql, token, batch, error.reason));
    run.log.warn('jobs could not be read: their cohorts are checked again later', {
      code: error.code,
      reason: error.reason,
      ...kind,
      cohorts: failed.length,
      jobs,
      ciRequestId: error.requestId,
    });
  }
}
