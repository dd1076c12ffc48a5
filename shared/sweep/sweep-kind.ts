import { inBatches } from '../store/in-batches.ts';
import type { Sql } from '../store/store.ts';
import { BATCH_ROWS } from './batches.ts';
import { claimSeats } from './claim/claim.ts';
import { gather } from './claim/gather.ts';
import { load } from './claim/load.ts';
import { type Hold, isStopped } from './hold.ts';
import { type Asked, askedApart, askedOf } from './read/asked.ts';
import { readById } from './read/read-by-id.ts';
import { seatsLeft } from './read/seats.ts';
import type { Round } from './round.ts';
import { settleGone } from './settle/settle-gone.ts';
import { settleRead } from './settle/settle-read.ts';

/** Reads what is due of one kind of jobs, round by round, until nothing is left or nothing more is to be asked. */
export async function sweepKind(hold: Hold): Promise<void> {
  for (;;) {
    const round = await gather(hold);
    if (round.cohorts.length === 0 && round.apart.length === 0) return;
    const ids = await idsOf(hold, round);
    ids.push(...(await fillLast(hold, round, ids.filter(({ errors }) => errors === 0).length)));
    const read = await readById(hold, ids);
    await settleGone(hold, read, round.cohorts);
    await settleRead(hold, round.cohorts);
    if (isStopped(hold)) return;
  }
}

/**
 * What is to be read by id: watches that stand apart; cohorts that are not listed; and what the listings missed, unless somebody has told of it meanwhile.
 */
async function idsOf({ run }: Hold, { cohorts, byId, apart }: Round): Promise<Asked[]> {
  const alone = apart.map(askedApart);
  const whole = byId.flatMap((cohort) => askedOf(cohort, cohort.members.keys()));
  const missed = cohorts
    .filter(({ listed, error }) => listed !== undefined && error === undefined)
    .flatMap((cohort) => {
      const until = cohort.restMs ?? Number.POSITIVE_INFINITY;
      const ids = [...cohort.members.values()].filter(
        ({ jobId, createdMs }) => createdMs < until && !cohort.open.has(jobId),
      );
      return askedOf(
        cohort,
        ids.map(({ jobId }) => jobId),
      );
    });
  const ids = missed.map(({ jobId }) => jobId);
  const still = await inBatches(ids, BATCH_ROWS, (batch) =>
    run.store.transaction((sql) => stillMembers(sql, batch)),
  );
  const open = new Set(still.flat());
  return [...alone, ...whole, ...missed.filter(({ jobId }) => open.has(jobId))];
}

/** Fills the seats of the last request with small cohorts, those that are due next. */
async function fillLast(hold: Hold, round: Round, ids: number): Promise<Asked[]> {
  const seats = seatsLeft(ids);
  if (seats === 0 || isStopped(hold)) return [];
  const { run, kind, token } = hold;
  const beside = await run.store.transaction((sql) => claimSeats(sql, kind, token, run.startedAt, seats));
  const cohorts = await load(hold, beside, false);
  round.cohorts.push(...cohorts);
  return cohorts.flatMap((cohort) => askedOf(cohort, cohort.members.keys()));
}

async function stillMembers(sql: Sql, jobIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ job_id: string }[]>`
    select job_id from watches
    where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json))
      and outcome = '' and apart_at is null`;
  return rows.map((row) => row.job_id);
}
