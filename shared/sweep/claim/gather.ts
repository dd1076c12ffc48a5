import { allOf } from '../../all-of.ts';
import { createBatchSize, inHalves } from '../../store/in-batches.ts';
import { ciNowMs } from '../../throttle/run.ts';
import { groupKey } from '../../watch/cohorts/cohort.ts';
import type { StoredCohort } from '../../watch/cohorts/rows.ts';
import { claimApart } from '../apart.ts';
import { BATCH_ROWS } from '../batches.ts';
import { type Hold, isStopped } from '../hold.ts';
import type { PlannedCohort } from '../read/listing-cost.ts';
import { mergeable, planGroup } from '../read/plan.ts';
import { type Listing, readByList } from '../read/read-by-list.ts';
import type { Round } from '../round.ts';
import { savePlace } from '../settle/save-place.ts';
import { CLAIM_COHORTS, claimBeside, claimDue } from './claim.ts';
import { unfilteredGroups } from './group-facts.ts';
import { type HeldCohort, leaveRest } from './held-cohort.ts';
import { load } from './load.ts';

/** Claims and listings that are under way at once, of all buckets together, but one of each. */
const CLAIMS_AT_ONCE = 3;
/** What is claimed is settled when it has come to so much, of all buckets together. */
const ROUND_WATCHES = 10_000;
const ROUND_COHORTS = 100;

/** Of so many failures in a row of a cohort the last is one of reading it by id. */
const TRIES_OF_A_KIND = 3;

/** Claims what is due and lists what is cheaper to list; what is to be read by id is left for the end of the round. */
export async function gather(hold: Hold): Promise<Round> {
  const { run, kind, token } = hold;
  const apart = await inHalves(createBatchSize(BATCH_ROWS), (most) =>
    run.store.transaction((sql) => claimApart(sql, kind, token, run.startedAt, most)),
  );
  run.tally.claimed += apart.length;
  const round: Round = { cohorts: [], byId: [], apart: [...apart] };
  const isFull = () =>
    round.cohorts.length >= ROUND_COHORTS ||
    round.cohorts.reduce((sum, { members }) => sum + members.size, 0) >= ROUND_WATCHES / hold.buckets;
  const work = async () => {
    while (!isStopped(hold) && !isFull()) if (!(await claimAndList(hold, round))) return;
  };
  // Who finds out whether CI answers goes alone.
  const workers = hold.lane.isProbe ? 1 : Math.max(1, Math.floor(CLAIMS_AT_ONCE / hold.buckets));
  await allOf(Array.from({ length: workers }, work));
  return round;
}

/** One claim. False when nothing was due any more. */
async function claimAndList(hold: Hold, round: Round): Promise<boolean> {
  const { run, kind, token } = hold;
  const { claimed, around } = await inHalves(createBatchSize(CLAIM_COHORTS), (most) =>
    run.store.transaction((sql) => claimDue(sql, kind, token, run.startedAt, most)),
  );
  // What is cut off from a cohort while it is loaded is claimed next.
  if (claimed.length === 0) return false;
  const mine = await load(hold, claimed, true);
  for (const { members } of mine) run.tally.claimed += members.size;
  const groups = new Map(claimed.map(({ group }) => [groupKey(group), group]));
  const unfiltered = new Set(
    (await run.store.transaction((sql) => unfilteredGroups(sql, [...groups.values()]))).map(groupKey),
  );
  for (const key of groups.keys()) {
    const isOf = ({ group }: StoredCohort) => groupKey(group) === key;
    await readGroup(
      hold,
      round,
      mine.filter(({ cohort }) => isOf(cohort)),
      around.filter(isOf),
      unfiltered.has(key),
    );
  }
  return true;
}

async function readGroup(
  hold: Hold,
  round: Round,
  due: readonly HeldCohort[],
  around: readonly StoredCohort[],
  unfiltered: boolean,
): Promise<void> {
  const own = new Map(due.map((cohort) => [cohort.cohort.startMs, cohort]));
  const take = async (row: readonly PlannedCohort[], wanted: boolean) => {
    const starts = new Set(row.map(({ startMs }) => startMs));
    const free = around.filter(({ startMs }) => starts.has(startMs));
    const taken = await hold.run.store.transaction((sql) => claimBeside(sql, hold.token, free));
    for (const cohort of await load(hold, taken, wanted)) own.set(cohort.cohort.startMs, cohort);
  };
  const first = rowOf(own, around);
  const joinable = mergeable(first, ciNowMs(hold.run, hold.bucket));
  if (joinable.length > 0)
    await take(
      joinable.flatMap((place) => first[place] ?? []),
      true,
    );
  // What lists in vain time after time is read by id now and then: one job may keep the listing from being answered.
  const unlistable = [...own.values()].filter(({ cohort }) => isListedInVain(hold, cohort));
  const row = rowOf(own, around).filter(({ startMs }) =>
    unlistable.every(({ cohort }) => cohort.startMs !== startMs),
  );
  const plan = planGroup(row, { listable: true, unfiltered });
  const spans = plan.listings.map(({ from, to }) => row.slice(from, to + 1));
  const along = spans.flatMap((span) => span.filter(({ free }) => free));
  if (along.length > 0) await take(along, false);
  round.cohorts.push(...own.values());
  round.byId.push(...unlistable);
  round.byId.push(...plan.byId.flatMap((place) => own.get(row[place]?.startMs ?? Number.NaN) ?? []));
  for (const [index, span] of spans.entries()) {
    const cohorts = span.flatMap(({ startMs }) => own.get(startMs) ?? []);
    await list(hold, round, cohorts, { maxPages: plan.listings[index]?.maxPages ?? 0, unfiltered });
  }
}

function isListedInVain({ lane }: Hold, { errors }: StoredCohort): boolean {
  const isLastTry = errors % TRIES_OF_A_KIND === TRIES_OF_A_KIND - 1;
  return isLastTry || (lane.isProbe && errors >= TRIES_OF_A_KIND);
}

async function list(
  hold: Hold,
  round: Round,
  cohorts: readonly HeldCohort[],
  { maxPages, unfiltered }: Pick<Listing, 'maxPages' | 'unfiltered'>,
): Promise<void> {
  const [first] = cohorts;
  const last = cohorts.at(-1);
  if (first === undefined || last === undefined) return;
  if (isStopped(hold)) {
    for (const cohort of cohorts) {
      if (hold.refusedForAll) cohort.error = hold.refusedForAll;
      else leaveRest(cohort, Number.NEGATIVE_INFINITY);
    }
    return;
  }
  const window = { startMs: first.cohort.startMs, endMs: last.cohort.endMs };
  const save = async (placeMs: number) => {
    await savePlace(hold, round, cohorts, placeMs);
  };
  await readByList(hold, { cohorts, window, maxPages, unfiltered, save });
}

/** The cohorts of a group as the plan sees them: what is ours as it is now, the others as they were read last. */
function rowOf(own: ReadonlyMap<number, HeldCohort>, around: readonly StoredCohort[]): PlannedCohort[] {
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
