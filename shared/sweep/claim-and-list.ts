import { allOf } from '../all-of.ts';
import { BATCH_ROWS, createBatchSize, inHalves, inTransactions } from '../store/in-batches.ts';
import { ciNowMs } from '../throttle/run.ts';
import { groupKey } from '../watch/cohorts/cohort.ts';
import type { StoredCohort } from '../watch/cohorts/rows.ts';
import { claimApart } from './apart.ts';
import { CLAIM_COHORTS, claimBeside, claimDue } from './claim/claim.ts';
import { type HeldCohort, markUnread } from './claim/held-cohort.ts';
import { loadCohorts } from './claim/load-cohorts.ts';
import type { Hold } from './hold.ts';
import { planGroup } from './read/plan.ts';
import { readByList } from './read/read-by-list.ts';
import { mergeable, type PlannedCohort, rowOf } from './read/row.ts';

/** Claims and listings that are under way at once, of all buckets together, but one of each. */
const CLAIMS_AT_ONCE = 3;
/** What is claimed is settled when it has come to so much, of all buckets together. */
const ROUND_WATCHES = 10_000;
const ROUND_COHORTS = 100;
/** Of so many failures in a row of a cohort the last is one of reading it by id. */
const TRIES_OF_A_KIND = 3;

/** What one claim holds of a group. */
interface ClaimedGroup {
  /** by their starts */
  readonly own: Map<number, HeldCohort>;
  /** all cohorts of the group, or the youngest of very many, as they were when it was claimed */
  readonly around: readonly StoredCohort[];
  /** CI ignores the window of a listing */
  readonly unfiltered: boolean;
}

/** Begins a round: claims what is due, and lists what is cheaper to list; what is to be read by id is left for its end. */
export async function claimAndList(hold: Hold): Promise<void> {
  const { run } = hold;
  const size = createBatchSize(BATCH_ROWS);
  const apart = await inHalves(size, (most) => run.store.transaction((sql) => claimApart(sql, hold, most)));
  run.tally.claimed += apart.length;
  hold.round = { cohorts: [], byId: [], apart: [...apart], isLast: false };
  const work = async () => {
    while (!hold.isStopped && !isFull(hold)) {
      if (await listClaim(hold)) continue;
      hold.round.isLast = apart.length < size.rows;
      return;
    }
  };
  // Who finds out whether CI answers goes alone.
  const workers = hold.lane.isProbe ? 1 : Math.max(1, Math.floor(CLAIMS_AT_ONCE / hold.bucketsAtOnce));
  await allOf(Array.from({ length: workers }, work));
}

function isFull({ round: { cohorts }, bucketsAtOnce }: Hold): boolean {
  const watches = cohorts.reduce((sum, { members }) => sum + members.size, 0);
  return cohorts.length >= ROUND_COHORTS || watches >= ROUND_WATCHES / bucketsAtOnce;
}

/** One claim. False when nothing was due any more. */
async function listClaim(hold: Hold): Promise<boolean> {
  const { run } = hold;
  const { claimed, around, unfiltered } = await inHalves(createBatchSize(CLAIM_COHORTS), (most) =>
    run.store.transaction((sql) => claimDue(sql, hold, most)),
  );
  // What is cut off from a cohort while it is loaded is claimed next.
  if (claimed.length === 0) return false;
  const due = await loadCohorts(hold, claimed, true);
  for (const { members } of due) run.tally.claimed += members.size;
  const groups = new Set(claimed.map(({ group }) => groupKey(group)));
  const unfilteredKeys = new Set(unfiltered.map(groupKey));
  for (const key of groups) {
    const own = due.filter(({ cohort }) => groupKey(cohort.group) === key);
    await readGroup(hold, {
      own: new Map(own.map((held) => [held.cohort.startMs, held])),
      around: around.filter(({ group }) => groupKey(group) === key),
      unfiltered: unfilteredKeys.has(key),
    });
  }
  return true;
}

async function readGroup(hold: Hold, claimed: ClaimedGroup): Promise<void> {
  const { own, around, unfiltered } = claimed;
  const { round } = hold;
  const take = async (row: readonly PlannedCohort[], wanted: boolean) => {
    if (row.length === 0) return;
    const starts = new Set(row.map(({ startMs }) => startMs));
    const free = around.filter(({ startMs }) => starts.has(startMs));
    const taken = await inTransactions(hold.run.store, free, (sql, batch) =>
      claimBeside(sql, hold.token, batch),
    );
    for (const held of await loadCohorts(hold, taken.flat(), wanted)) own.set(held.cohort.startMs, held);
  };
  const first = rowOf(own, around);
  const joinable = mergeable(first, ciNowMs(hold.run, hold.bucket));
  await take(
    joinable.flatMap((place) => first[place] ?? []),
    true,
  );
  // What lists in vain time after time is read by id now and then: one job may keep the listing from being answered.
  const unlistable = [...own.values()].filter((held) => isListedInVain(hold, held));
  const unlistableStarts = new Set(unlistable.map(({ cohort }) => cohort.startMs));
  const row = rowOf(own, around).filter(({ startMs }) => !unlistableStarts.has(startMs));
  const plan = planGroup(row, unfiltered);
  const spans = plan.listings.map(({ from, to }) => row.slice(from, to + 1));
  await take(
    spans.flatMap((span) => span.filter(({ free }) => free)),
    false,
  );
  round.cohorts.push(...own.values());
  round.byId.push(...unlistable);
  round.byId.push(...plan.byId.flatMap((place) => own.get(row[place]?.startMs ?? Number.NaN) ?? []));
  for (const [index, span] of spans.entries()) {
    const cohorts = span.flatMap(({ startMs }) => own.get(startMs) ?? []);
    if (hold.isStopped) leaveUnread(hold, cohorts);
    else await readByList(hold, cohorts, { maxPages: plan.listings[index]?.maxPages ?? 0, unfiltered });
  }
}

function isListedInVain({ lane }: Hold, { cohort: { errors } }: HeldCohort): boolean {
  const isLastTry = errors % TRIES_OF_A_KIND === TRIES_OF_A_KIND - 1;
  return isLastTry || (lane.isProbe && errors >= TRIES_OF_A_KIND);
}

/** What would be refused like the requests before has failed; anything else stays due as it was. */
function leaveUnread({ refusedForAll }: Hold, cohorts: readonly HeldCohort[]): void {
  for (const held of cohorts) {
    if (refusedForAll) held.error = refusedForAll;
    else markUnread(held, Number.NEGATIVE_INFINITY);
  }
}
