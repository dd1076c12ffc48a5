import { inTransactions } from '../../store/in-batches.ts';
import { setApartClaimed } from '../apart.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';
import type { Hold } from '../hold.ts';
import { settle } from './settle.ts';

/**
 * Writes down how far a listing has come: what lies before the place is settled, and only what lies behind it is listed
 * again should this sweep die. What was passed and not seen is set apart, so that it is read by id in any case.
 */
export async function savePlace(hold: Hold, cohorts: readonly HeldCohort[], placeMs: number): Promise<void> {
  const { run, round, token } = hold;
  const begun = cohorts.filter(
    (held) =>
      round.cohorts.includes(held) && [...held.members.values()].some(({ createdMs }) => createdMs < placeMs),
  );
  const unseen = begun.flatMap(({ members, open }) =>
    [...members.values()].filter(({ jobId, createdMs }) => createdMs < placeMs && !open.has(jobId)),
  );
  const ids = unseen.map(({ jobId }) => jobId);
  const apart = await inTransactions(run.store, ids, (sql, batch) => setApartClaimed(sql, token, batch));
  round.apart.push(...apart.flat());
  for (const held of begun) if (held.cohort.endMs > placeMs) held.unreadFromMs = placeMs;
  await settle(hold, begun, true);
  for (const held of begun) {
    if (held.unreadFromMs === undefined) {
      round.cohorts.splice(round.cohorts.indexOf(held), 1);
      held.members = new Map();
      held.open.clear();
    } else {
      beginAt(held, placeMs);
    }
  }
}

/** What lies behind the place is all that is left of the cohort. */
function beginAt(held: HeldCohort, placeMs: number): void {
  held.cohort = { ...held.cohort, startMs: placeMs, open: 0, listed: undefined, unlisted: 0 };
  held.members = new Map([...held.members].filter(([, { createdMs }]) => createdMs >= placeMs));
  for (const [jobId, createdMs] of held.open) if (createdMs < placeMs) held.open.delete(jobId);
  held.listed = 0;
  held.unreadFromMs = undefined;
}
