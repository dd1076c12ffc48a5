import { allOf } from '../all-of.ts';
import { createBatchSize, inHalves } from '../store/in-batches.ts';
import { ciNowMs } from '../throttle/run.ts';
import { groupKey } from '../watch/cohorts/cohort.ts';
import type { StoredCohort } from '../watch/cohorts/rows.ts';
import { claimApart } from './apart.ts';
import { BATCH_ROWS, inTransactions } from './batches.ts';
import { CLAIM_COHORTS, claimBeside, claimDue } from './claim/claim.ts';
import { type HeldCohort, markUnread } from './claim/held-cohort.ts';
import { loadCohorts } from './claim/load-cohorts.ts';
import { type Hold, isStopped, newRound } from './hold.ts';
import type { PlannedCohort } from './read/cost.ts';
import { createListing } from './read/listing.ts';
import { mergeable, planGroup } from './read/plan.ts';
import { readByList } from './read/read-by-list.ts';
import { unfilteredGroups } from './read/window-filter.ts';

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
  hold.round = newRound(apart);
  const work = async () => {
    while (!isStopped(hold) && !isFull(hold)) {
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
  const { claimed, around } = await inHalves(createBatchSize(CLAIM_COHORTS), (most) =>
    run.store.transaction((sql) => claimDue(sql, hold, most)),
  );
  // What is cut off from a cohort while it is loaded is claimed next.
  if (claimed.length === 0) return false;
  const due = await loadCohorts(hold, claimed, true);
  for (const { members } of due) run.tally.claimed += members.size;
  const groups = new Map(claimed.map(({ group }) => [groupKey(group), group]));
  const unfiltered = await run.store.transaction((sql) => unfilteredGroups(sql, [...groups.values()]));
  const unfilteredKeys = new Set(unfiltered.map(groupKey));
  for (const key of groups.keys()) {
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
    const starts = new Set(row.map(({ startMs }) => startMs));
    const free = around.filter(({ startMs }) => starts.has(startMs));
    const taken = await inTransactions(hold.run, free, (sql, batch) => claimBeside(sql, hold.token, batch));
    for (const held of await loadCohorts(hold, taken.flat(), wanted)) own.set(held.cohort.startMs, held);
  };
  const first = toRow(claimed);
  const joinable = mergeable(first, ciNowMs(hold.run, hold.bucket));
  await take(
    joinable.flatMap((place) => first[place] ?? []),
    true,
  );
  // What lists in vain time after time is read by id now and then: one job may keep the listing from being answered.
  const unlistable = [...own.values()].filter((held) => isListedInVain(hold, held));
  const unlistableStarts = new Set(unlistable.map(({ cohort }) => cohort.startMs));
  const row = toRow(claimed).filter(({ startMs }) => !unlistableStarts.has(startMs));
  const plan = planGroup(row, { listable: true, unfiltered });
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
    await list(hold, cohorts, { maxPages: plan.listings[index]?.maxPages ?? 0, unfiltered });
  }
}

function isListedInVain({ lane }: Hold, { cohort: { errors } }: HeldCohort): boolean {
  const isLastTry = errors % TRIES_OF_A_KIND === TRIES_OF_A_KIND - 1;
  return isLastTry || (lane.isProbe && errors >= TRIES_OF_A_KIND);
}

async function list(
  hold: Hold,
  cohorts: readonly HeldCohort[],
  how: { readonly maxPages: number; readonly unfiltered: boolean },
): Promise<void> {
  const listing = createListing(cohorts, how);
  if (listing === undefined) return;
  if (!isStopped(hold)) return await readByList(hold, listing);
  for (const cohort of cohorts) {
    if (hold.refusedForAll) cohort.error = hold.refusedForAll;
    else markUnread(cohort, Number.NEGATIVE_INFINITY);
  }
}

/** The cohorts of a group as the plan sees them: what is ours as it is now, the others as they were read last. */
function toRow({ own, around }: ClaimedGroup): PlannedCohort[] {
  const mine = [...own.values()].map(({ cohort, members, wanted }) => ({
    ...cohort,
    open: members.size,
    wanted,
    free: false,
  }));
  const others = around
    .filter(({ startMs }) => !own.has(startMs))
    .map((cohort) => ({
      ...cohort,
      wanted: false,
      // The head has its own time: what is in it was not there when the others were read.
      free: cohort.free && cohort.endMs !== Number.POSITIVE_INFINITY,
    }));
  return [...mine, ...others].sort((a, b) => (a.startMs < b.startMs ? -1 : 1));
}
