import type { CiError } from '../../ci/ci-error.ts';
import { inBatches } from '../../store/in-batches.ts';
import { ciNowMs } from '../../throttle/run.ts';
import { errorDelayMs } from '../../throttle/schedule.ts';
import { closed, merged, type Piece, pieces } from '../../watch/cohorts/boundaries.ts';
import { groupKey, nextSecond } from '../../watch/cohorts/cohort.ts';
import { BATCH_ROWS } from '../batches.ts';
import { type HeldCohort, unlistedOf } from '../claim/held-cohort.ts';
import { unlessBusy } from '../claim/unless-busy.ts';
import type { Hold } from '../hold.ts';
import { delayOf } from '../read/note-answer.ts';
import { postponeCohorts } from './postpone-cohorts.ts';
import { settleCohorts } from './settle-cohorts.ts';
import { isPlain, settlePlain } from './settle-plain.ts';
import type { Settlement } from './settlement.ts';

/**
 * Writes down what was read: cohorts are cut where they have grown too large or too old, merged where neighbours were
 * read together, and checked again after a share of their age. What was not read stays due; what failed is put off.
 * @param kept what was not read is still to be read under this lease
 */
export async function settleRead(hold: Hold, cohorts: readonly HeldCohort[], kept = false): Promise<void> {
  const { run, token } = hold;
  await settleFailed(
    hold,
    cohorts.filter(({ error }) => error !== undefined),
  );
  const settlements = stretchesOf(cohorts.filter(wasRead)).map((stretch) =>
    toSettlement(hold, stretch, kept),
  );
  const plain = settlements.filter(isPlain);
  await inBatches(plain, BATCH_ROWS, (batch) =>
    run.store.transaction((sql) => settlePlain(sql, token, batch)),
  );
  for (const settlement of settlements.filter((one) => !isPlain(one))) {
    await unlessBusy(hold, settlement.group, (sql) => settleCohorts(sql, token, settlement));
  }
}

function wasRead({ cohort, error, restMs }: HeldCohort): boolean {
  return error === undefined && (restMs === undefined || restMs > cohort.startMs);
}

/** Neighbours that were read, the oldest first. Behind what was not read another stretch begins. */
function stretchesOf(cohorts: readonly HeldCohort[]): HeldCohort[][] {
  const sorted = [...cohorts].sort((a, b) => (a.cohort.startMs < b.cohort.startMs ? -1 : 1));
  const stretches = new Map<string, HeldCohort[][]>();
  for (const cohort of sorted) {
    const key = groupKey(cohort.cohort.group);
    const ofGroup = stretches.get(key) ?? [];
    stretches.set(key, ofGroup);
    const before = ofGroup.at(-1);
    const last = before?.at(-1);
    if (before && last && last.restMs === undefined && last.cohort.endMs === cohort.cohort.startMs) {
      before.push(cohort);
    } else {
      ofGroup.push([cohort]);
    }
  }
  return [...stretches.values()].flat();
}

function toSettlement(hold: Hold, stretch: readonly HeldCohort[], kept: boolean): Settlement {
  const nowMs = ciNowMs(hold.run, hold.bucket);
  const row: Piece[] = [];
  let headMs: number | undefined;
  let rest: Settlement['rest'];
  for (const held of stretch) {
    const { cohort, open, restMs, listed } = held;
    const unlisted = unlistedOf(held);
    const endMs = restMs ?? cohort.endMs;
    if (restMs !== undefined) rest = { startMs: restMs, dueMs: cohort.dueMs, kept };
    const isHead = endMs === Number.POSITIVE_INFINITY;
    // A job from the future stays in the head: else every new one would fall behind it, and wait for others' checks.
    const untilMs = isHead ? nextSecond(nowMs) : endMs;
    // Those that CI now tells another creation of lie elsewhere: that boundary is not ours.
    const created = [...open.values()]
      .filter((ms) => ms >= cohort.startMs && ms < untilMs)
      .sort((a, b) => a - b);
    const window = isHead ? closed(cohort, created.at(-1)) : { startMs: cohort.startMs, endMs };
    if (isHead) headMs = created.length === 0 ? cohort.startMs : window.endMs;
    if (!isHead || created.length > 0) row.push(...pieces(window, created, nowMs, { listed, unlisted }));
  }
  const [first] = stretch;
  if (first === undefined) throw new Error('expected a stretch of cohorts');
  const after = merged(row, nowMs).map(({ endMs, ...piece }) => ({
    ...piece,
    delayMs: delayOf(hold, piece.youngestMs ?? endMs),
  }));
  return { group: first.cohort.group, before: stretch.map(({ cohort }) => cohort), after, rest, headMs };
}

async function settleFailed(hold: Hold, cohorts: readonly HeldCohort[]): Promise<void> {
  const { run, token } = hold;
  const byError = new Map<CiError, HeldCohort[]>();
  for (const cohort of cohorts) {
    if (cohort.error) byError.set(cohort.error, [...(byError.get(cohort.error) ?? []), cohort]);
  }
  for (const [error, failed] of byError) {
    const jobs = failed.reduce((sum, { members, open }) => sum + members.size - open.size, 0);
    run.tally.errors += jobs;
    const next = failed.map(({ cohort }) => ({
      cohort,
      delayMs: errorDelayMs(cohort.errors + 1, run.clock.random()),
    }));
    await run.store.transaction((sql) => postponeCohorts(sql, token, next, error.reason));
    run.log.warn('jobs could not be read', {
      code: error.code,
      reason: error.reason,
      jobs,
      ciRequestId: error.requestId,
    });
  }
}
