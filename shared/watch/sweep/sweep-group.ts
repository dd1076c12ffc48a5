import { randomUUID } from 'node:crypto';
import { CiError } from '../../ci/ci-error.ts';
import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';
import { planGroup } from '../plan.ts';
import { batchesOf } from './batches.ts';
import {
  type ClaimedWatch,
  claimAhead,
  claimBeside,
  claimDue,
  type Group,
  giveBack,
  LEASE_SECONDS,
  renew,
} from './claim.ts';
import { endListing, forgetAlarm, type GroupFacts, readGroup, takeListing } from './group-lease.ts';
import { nextChecks } from './note-answer.ts';
import { putOff, type ReadById, readById } from './read-by-id.ts';
import { readByList } from './read-by-list.ts';
import { countMisses, holdMissing, schedule } from './settle.ts';
import { isOutOfTime, type SweepRun } from './sweep-run.ts';

/** When at least this many ids were read and half of them or more are gone, it is CI that errs and not the jobs. */
const MASS_VANISH_FROM = 10;
const MASS_VANISH_SHARE = 0.5;
export const MASS_VANISH_HOLD_SECONDS = 3600;

/** Reads the due watches of one group, and those beside them that cost no request more. */
export async function sweepGroup(run: SweepRun, group: Group): Promise<void> {
  const { store } = run;
  const token = randomUUID();
  const keepLease = renewal(run, token);
  try {
    const due = await store.transaction((sql) => claimDue(sql, group, token, run.startedAt));
    if (due.length === 0) return;
    run.tally.claimed += due.length;
    const facts = await store.transaction((sql) => readGroup(sql, group));
    const listable = group.tag !== '' && group.queue_id !== '';
    const plan = planGroup({ listable, open: facts.open, due: due.length, lastPages: facts.lastPages });
    if (plan.by === 'list') {
      // Whoever lists the group observes all of it: these are given back, and not due after that.
      if (!(await store.transaction((sql) => takeListing(sql, group, token)))) return;
      await list(run, token, group, facts, due, plan.maxPages, keepLease);
      return;
    }
    const seats = (IDS_PER_REQUEST - (due.length % IDS_PER_REQUEST)) % IDS_PER_REQUEST;
    const beside = seats ? await store.transaction((sql) => claimBeside(sql, group, token, seats)) : [];
    const read = await readById(run, token, bucketOf(group), [...due, ...beside], keepLease);
    await settleGone(run, token, group, facts, read, 0);
  } finally {
    await store.transaction((sql) => giveBack(sql, token));
  }
}

async function list(
  run: SweepRun,
  token: string,
  group: Group,
  facts: GroupFacts,
  due: readonly ClaimedWatch[],
  maxPages: number,
  keepLease: () => Promise<void>,
): Promise<void> {
  const { store } = run;
  const bucket = bucketOf(group);
  const ahead = await store.transaction((sql) => claimAhead(sql, group, token));
  try {
    const { listed, unlisted, complete, pages } = await readByList(
      run,
      token,
      bucket,
      group,
      [...due, ...ahead],
      maxPages,
      keepLease,
    );
    await store.transaction((sql) => endListing(sql, group, token, pages));
    const dueIds = new Set(due.map((watch) => watch.job_id));
    // After a listing that was given up, the watches that are not due cost more than they are worth.
    const rest = complete ? unlisted : unlisted.filter((watch) => dueIds.has(watch.job_id));
    const read = await readById(run, token, bucket, rest, keepLease);
    await settleGone(run, token, group, facts, read, listed);
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    if (!isOutOfTime(run, error)) await putOff(run, token, due, error);
  }
}

/** Decides about the ids that CI no longer knows. `listed` were seen beside those that were read by id. */
async function settleGone(
  run: SweepRun,
  token: string,
  group: Group,
  facts: GroupFacts,
  { answered, gone }: ReadById,
  listed: number,
): Promise<void> {
  const seen = answered + listed;
  const enough = seen >= MASS_VANISH_FROM;
  const tooMany = enough && gone.length >= seen * MASS_VANISH_SHARE;
  // CI has recovered: if many vanish once more, that is another alarm.
  if (enough && !tooMany && facts.missingAlarmed && !facts.missingHeld) {
    await run.store.transaction((sql) => forgetAlarm(sql, group));
  }
  const alarms = tooMany && !facts.missingAlarmed;
  if (alarms) {
    run.log.error('many jobs vanished at once: none is closed for an hour', {
      code: 'MassVanish',
      ...group,
      gone: gone.length,
      seen,
    });
  }
  if (alarms) await run.store.transaction((sql) => holdMissing(sql, group, MASS_VANISH_HOLD_SECONDS));
  const held = alarms || facts.missingHeld;
  for (const batch of batchesOf(nextChecks(run, gone))) {
    const closed = await run.store.transaction(async (sql) => {
      if (!held) return await countMisses(sql, token, batch, run.limits.missingGraceSeconds);
      await schedule(sql, token, batch);
      return [];
    });
    run.tally.changed += closed.length;
    run.tally.finished += closed.length;
    run.tally.recovered += closed.length;
  }
}

function bucketOf(group: Group) {
  return { name: group.bucket, region: group.region };
}

/** Renews the leases once a third of their time is gone. */
function renewal(run: SweepRun, token: string): () => Promise<void> {
  let dueMs = run.clock.now() + (LEASE_SECONDS * 1000) / 3;
  return async () => {
    if (run.clock.now() < dueMs) return;
    dueMs = run.clock.now() + (LEASE_SECONDS * 1000) / 3;
    await run.store.transaction((sql) => renew(sql, token));
  };
}
