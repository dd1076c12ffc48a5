import { inTransactions } from '../store/in-batches.ts';
import { texts } from '../store/sql-values.ts';
import type { Sql } from '../store/store.ts';
import { claimSeats } from './claim/claim.ts';
import { loadCohorts } from './claim/load-cohorts.ts';
import { claimAndList } from './claim-and-list.ts';
import type { Hold } from './hold.ts';
import { type Asked, askedApart, askedOf } from './read/asked.ts';
import { seatsLeft } from './read/plan.ts';
import { readById } from './read/read-by-id.ts';
import { closeMissing } from './settle/close-missing.ts';
import { settle } from './settle/settle.ts';

/** Reads what is due of one kind of jobs, round by round, until nothing is left or nothing more is to be asked. */
export async function sweepKind(hold: Hold): Promise<void> {
  do {
    await claimAndList(hold);
    const ids = await idsOf(hold);
    if (ids.length > 0) {
      const filling = await fillLast(hold, ids);
      await closeMissing(hold, await readById(hold, [...ids, ...filling]));
    }
    await settle(hold, hold.round.cohorts);
  } while (!hold.round.isLast && !hold.isStopped);
}

/**
 * What is to be read by id: watches that stand apart; cohorts that are not listed; and what the listings missed, unless
 * its state is known by now.
 */
async function idsOf({ run, round }: Hold): Promise<Asked[]> {
  const alone = round.apart.map(askedApart);
  const whole = round.byId.flatMap((cohort) => askedOf(cohort, cohort.members.keys()));
  const missed = round.cohorts
    .filter(({ listed, error }) => listed !== undefined && error === undefined)
    .flatMap((cohort) => {
      const until = cohort.unreadFromMs ?? Number.POSITIVE_INFINITY;
      const members = [...cohort.members.values()].filter(
        ({ jobId, createdMs }) => createdMs < until && !cohort.open.has(jobId),
      );
      return askedOf(
        cohort,
        members.map(({ jobId }) => jobId),
      );
    });
  const missedIds = missed.map(({ jobId }) => jobId);
  const still = await inTransactions(run.store, missedIds, stillMembers);
  const members = new Set(still.flat());
  return [...alone, ...whole, ...missed.filter(({ jobId }) => members.has(jobId))];
}

/**
 * Fills the seats of the last request with small cohorts: what is still due when a round is full, then what is due next.
 * Watches that failed have requests of their own, whose seats stay empty: they would spoil the answer for others.
 */
async function fillLast(hold: Hold, ids: readonly Asked[]): Promise<Asked[]> {
  const { run, round } = hold;
  const seats = seatsLeft(ids.filter(({ errors }) => errors === 0).length);
  if (seats === 0 || hold.isStopped) return [];
  const small = await run.store.transaction((sql) => claimSeats(sql, hold, seats));
  const cohorts = await loadCohorts(hold, small, false);
  for (const { cohort, members } of cohorts) {
    if (cohort.dueMs <= run.startedAt.getTime()) run.tally.claimed += members.size;
  }
  round.cohorts.push(...cohorts);
  return cohorts.flatMap((cohort) => askedOf(cohort, cohort.members.keys()));
}

async function stillMembers(sql: Sql, jobIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ job_id: string }[]>`
    select job_id from watches where job_id in ${texts(sql, jobIds)} and outcome = '' and apart_at is null`;
  return rows.map((row) => row.job_id);
}
