import { inBatches } from '../../store/in-batches.ts';
import { setApartHeld } from '../apart.ts';
import { BATCH_ROWS } from '../batches.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';
import type { Hold } from '../hold.ts';
import type { Round } from '../round.ts';
import { settleRead } from './settle-read.ts';

/**
 * Writes down how far a listing has come: what lies before the place is settled, and only what lies behind it is listed
 * again should this sweep die. What was passed and not seen is set apart, so that it is read by id in any case.
 */
export async function savePlace(
  hold: Hold,
  round: Round,
  cohorts: readonly HeldCohort[],
  placeMs: number,
): Promise<void> {
  const begun = cohorts.filter(
    (held) =>
      round.cohorts.includes(held) && [...held.members.values()].some(({ createdMs }) => createdMs < placeMs),
  );
  const unseen = begun.flatMap(({ members, open }) =>
    [...members.values()].filter(({ jobId, createdMs }) => createdMs < placeMs && !open.has(jobId)),
  );
  const ids = unseen.map(({ jobId }) => jobId);
  const apart = await inBatches(ids, BATCH_ROWS, (batch) =>
    hold.run.store.transaction((sql) => setApartHeld(sql, hold.token, batch)),
  );
  round.apart.push(...apart.flat());
  for (const held of begun) if (held.cohort.endMs > placeMs) held.restMs = placeMs;
  await settleRead(hold, begun, true);
  for (const held of begun) {
    if (held.restMs === undefined) {
      round.cohorts.splice(round.cohorts.indexOf(held), 1);
      held.members = new Map();
      held.open.clear();
      continue;
    }
    held.cohort = { ...held.cohort, startMs: placeMs, open: 0, listed: undefined, unlisted: 0 };
    held.members = new Map([...held.members].filter(([, { createdMs }]) => createdMs >= placeMs));
    for (const [jobId, createdMs] of held.open) if (createdMs < placeMs) held.open.delete(jobId);
    held.listed = 0;
    held.restMs = undefined;
  }
}
