import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../shared/ci/client/create-client.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { afterClockBack } from '../../shared/objects/after-clock-back.ts';
import { encodeCursor } from '../../shared/store/cursor.ts';
import type { Sql } from '../../shared/store/store.ts';
import { workOff } from '../../shared/submit/work-off.ts';
import { adoptWatches } from '../../shared/sweep/adopt.ts';
import { claimApart, postpone, rejoin, setApart } from '../../shared/sweep/apart.ts';
import { checkCovered } from '../../shared/sweep/check-covered.ts';
import { claimBeside, claimDue, claimSeats } from '../../shared/sweep/claim/claim.ts';
import { dueKinds } from '../../shared/sweep/claim/due-kinds.ts';
import { giveBack, renew } from '../../shared/sweep/claim/lease.ts';
import { loadMembers } from '../../shared/sweep/claim/load-members.ts';
import { discover } from '../../shared/sweep/discover.ts';
import { countMisses } from '../../shared/sweep/settle/close-missing.ts';
import { readMissing } from '../../shared/sweep/settle/missing-facts.ts';
import { writeMove } from '../../shared/sweep/settle/write-cohorts.ts';
import { endSweep, startSweep } from '../../shared/sweep/sweep.ts';
import { slotsByAccount } from '../../shared/throttle/rate.ts';
import { beginRun } from '../../shared/throttle/run.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { getWatch, getWatches } from '../../shared/watch/get-watch.ts';
import { listWatches } from '../../shared/watch/lists/list-watches.ts';
import type { WatchFilter } from '../../shared/watch/lists/watch-filter.ts';
import { observe } from '../../shared/watch/observe.ts';
import { readHealth } from '../../shared/watch/read-health.ts';
import { retire } from '../../shared/watch/retire.ts';
import { keyed } from '../../shared/watch/user-data.ts';
import { type ExplainedStore, startExplainedStore } from '../worlds/explained-store.ts';
import { policyOf } from '../worlds/ruled-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { said } from '../worlds/watched-jobs.ts';

const GROUP = { bucket: BUCKET, region: REGION, tag: 'Animation', queue_id: 'p1' };
const TOKEN = randomUUID();
const INTENT = randomUUID();
const KIND = { bucket: BUCKET, region: REGION, tag: 'Animation' };
const NEXT = ['open-1', 'open-2'].map((jobId) => ({ jobId, delayMs: 1000 }));
/** Everything that is stored is due by then. */
const LATER = new Date(Date.now() + 86_400_000);
const CLAIMANT = { kind: KIND, token: TOKEN, startedAt: LATER };

let explained: ExplainedStore;
beforeAll(async () => {
  explained = await startExplainedStore();
});
afterAll(() => explained.close());

describe('a sweep reads what is due, and nothing that has ended', () => {
  it('which kinds of jobs have work', async () => {
    await explained.expectIndexes((sql) => dueKinds(sql, LATER), ['watch_cohorts_due', 'watches_apart']);
  });

  it('claims its cohorts and their neighbours, and renews and gives back what its token holds', async () => {
    await explained.expectIndexes((sql) => claimDue(sql, CLAIMANT, 25), ['watch_cohorts_due']);
    await explained.expectIndexes(
      (sql) => renew(sql, TOKEN, 500),
      ['watches_claimed', 'watch_cohorts_leased'],
    );
    await explained.expectIndexes(
      (sql) => giveBack(sql, TOKEN, 500),
      ['watches_claimed', 'watch_cohorts_leased'],
    );
  });

  it('claims what costs no request more', async () => {
    const { around } = await explained.store.transaction(async (sql) => {
      const claim = await claimDue(sql, CLAIMANT, 25);
      await giveBack(sql, TOKEN, 500);
      return claim;
    });
    await explained.expectIndexes(
      (sql) => claimBeside(sql, TOKEN, around.slice(0, 3)),
      ['watch_cohorts_pkey'],
    );
    await explained.expectIndexes((sql) => giveBack(sql, TOKEN, 500), ['watch_cohorts_leased']);
    await explained.expectIndexes((sql) => claimSeats(sql, CLAIMANT, 9), ['watch_cohorts_due']);
    await explained.expectIndexes((sql) => giveBack(sql, TOKEN, 500), ['watch_cohorts_leased']);
  });

  it('the members of its cohorts', async () => {
    const window = {
      startMs: Number.NEGATIVE_INFINITY,
      endMs: Number.POSITIVE_INFINITY,
      open: 0,
      group: GROUP,
    };
    const [loaded] = await loadMembers(explained.store, [
      window,
      { ...window, group: { ...GROUP, queue_id: 'p2' } },
    ]);
    expect(loaded?.members.length).toBeGreaterThan(20);
    explained.expectUsed(['watches_cohort']);
  });

  it('the watches that stand apart', async () => {
    await explained.expectIndexes(
      (sql) => claimApart(sql, { ...CLAIMANT, kind: { ...KIND, tag: '' } }, 500),
      ['watches_apart'],
    );
    await explained.expectIndexes((sql) => giveBack(sql, TOKEN, 500), ['watches_claimed']);
  });

  it.each<[string, (sql: Sql) => Promise<unknown>]>([
    ['sets apart', (sql) => setApart(sql, TOKEN, NEXT)],
    ['brings back', (sql) => rejoin(sql, TOKEN, NEXT)],
    ['postpones', (sql) => postpone(sql, TOKEN, NEXT, 'no')],
    ['counts misses of', (sql) => countMisses(sql, { token: TOKEN, graceSeconds: 300 }, NEXT)],
  ])('%s what it has read', async (_, act) => {
    await explained.client`update watches set claim_token = ${TOKEN} where job_id in ('open-1', 'open-2')`;
    await explained.expectIndexes(act, ['watches_pkey']);
  });

  it('how many of a group have vanished, and that all are covered', async () => {
    await explained.expectIndexes(
      (sql) => readMissing(sql, TOKEN, { group: GROUP, open: 0 }),
      ['watches_apart'],
    );
    const run = await startRun();
    explained.expectUsed([]);
    await checkCovered(run);
    explained.expectUsed(['watches_cohort']);
    await adoptWatches(run);
    explained.expectUsed([]);
  });

  it('a boundary that moves looks at nothing but its group', async () => {
    const { claimed } = await explained.store.transaction((sql) => claimDue(sql, CLAIMANT, 25));
    const [cohort] = claimed;
    if (cohort === undefined) throw new Error('expected a cohort');
    const move = {
      group: cohort.group,
      before: [cohort.startMs],
      removed: [],
      after: [],
      rest: undefined,
      headMs: cohort.startMs,
      moves: true,
    };
    explained.expectUsed(['watch_cohorts_due']);
    expect(await explained.store.transaction((sql) => writeMove(sql, TOKEN, move))).toBe(true);
    explained.expectUsed(['watch_cohorts_pkey']);
    await explained.store.transaction((sql) => giveBack(sql, TOKEN, 500));
  });

  it('what discovery found, of which some are jobs of our own submissions', async () => {
    const [ours] = await explained.client<
      { id: string }[]
    >`select id from intents where settled_at is null order by created_at desc limit 1`;
    const UserData = keyed(ours?.id ?? '', 0, '');
    const jobs = Array.from({ length: 100 }, (_, n) => ({
      ...said(`found-${n}`, 'Running', 1, { Operation: { UserData } }).job,
    }));
    const listed = { JobsDetail: jobs, NextToken: '' };
    const clock = systemClock;
    const parts = {
      store: explained.store,
      ci: {
        ...createClient({ ...clock, endpoint: undefined, timeoutMs: 1000, credentials: neverAsked }),
        listJobs: () => Promise.resolve(listed),
      },
      clock,
      log: createLog('error', {}),
      deadlineMs: clock.now() + 60_000,
      slotsFor: slotsByAccount(explained.store, 50, clock),
      limits: { missingGraceSeconds: 300, stallAfterSeconds: 21_600 },
    };
    await discover(await beginRun(parts), [{ name: BUCKET, region: REGION }], ['Animation']);
    explained.expectUsed(['intents_pkey']);
  });

  it('its beginning, the intents that are due, and its end', async () => {
    const run = await startRun();
    explained.expectUsed([]);
    await workOff(run, policyOf());
    explained.expectUsed(['intents_in_lane', 'intents_to_look']);
    await endSweep(run);
    explained.expectUsed(['watches_oldest']);
  });
});

describe('what a clock put off that was put back since', () => {
  it('is found by indexes, and so is that there is nothing', async () => {
    const log = createLog('error', {});
    await afterClockBack({ store: explained.store, clock: systemClock, log, deadlineMs: 0 }, 120);
    explained.expectUsed([
      'watches_apart',
      'watch_cohorts_latest',
      'watches_claimed',
      'intents_due',
      'intents_unsettled',
      'intents_claimed',
    ]);
  });
});

describe('whatever is stored', () => {
  it('an observation reads the watches that it names', async () => {
    await observe(explained.store, [said('open-3', 'Success', Date.now()), said('nobodys', 'Success', 1)]);
    explained.expectUsed(['watches_pkey']);
  });

  it('a watch begins, and is read, by its id', async () => {
    await explained.expectIndexes(
      (sql) => addWatches(sql, [{ jobId: 'new', bucket: BUCKET, region: REGION, source: 'submit' }]),
      [],
    );
    const [one] = await explained.client<{ id: string }[]>`select id from intents order by id limit 1`;
    const ofIntent = { jobId: 'newer', bucket: BUCKET, region: REGION, source: 'submit' } as const;
    await explained.expectIndexes(
      (sql) => addWatches(sql, [{ ...ofIntent, intentId: one?.id ?? '', job: said('newer', '', 1).job }]),
      ['intents_pkey'],
    );
    // It is followed already, and opened again if it was closed.
    await explained.expectIndexes(
      (sql) => addWatches(sql, [{ ...ofIntent, jobId: 'open-6' }]),
      ['watches_pkey'],
    );
    await explained.expectIndexes((sql) => getWatch(sql, 'open-4'), ['watches_pkey', 'watch_history_of_job']);
    await explained.expectIndexes((sql) => getWatches(sql, ['open-4', 'open-5']), ['watches_pkey']);
  });

  it('a list begins where its cursor stands', async () => {
    const cursor = encodeCursor({ createdUs: `${Date.now() - 3_600_000}000`, id: 'open-1' });
    await explained.expectIndexes(
      (sql) => listWatches(sql, { limit: 50 }),
      ['watches_listed', 'intents_unsettled'],
    );
    await explained.expectIndexes(
      (sql) => listWatches(sql, { limit: 50, cursor }),
      ['watches_listed', 'intents_unsettled'],
    );
    await explained.expectIndexes(
      (sql) => listWatches(sql, { limit: 50, intent: INTENT }),
      ['watches_intent', 'intents_pkey'],
    );
    const sinceUs = `${Date.now() - 60_000}000`;
    const within = encodeCursor({
      createdUs: `${Date.now() - 3_600_000}000`,
      id: 'open-1',
      sinceUs,
      sinceXid: '3',
    });
    await explained.expectIndexes(
      (sql) => listWatches(sql, { limit: 50, cursor: within }),
      ['watches_listed', 'intents_unsettled', 'intents_superseded', 'intents_settled'],
    );
    const filters: readonly [WatchFilter, readonly string[]][] = [
      [{ code: ['Failed'] }, ['watches_by_code']],
      [{ bucket: 'other' }, ['watches_by_bucket']],
      [{ tag: 'Other' }, ['watches_by_tag']],
      [{ input: 'clips/a*' }, ['watches_by_input']],
      [{ output: 'gifs/a*' }, ['watches_by_output']],
      [{ outcome: ['Failed'], since: LATER }, ['watches_by_end']],
      [{ open: true }, ['watches_open_newest']],
      [{ state: ['Running'], input: 'clips/*' }, []],
    ];
    for (const [filter, indexes] of filters) {
      for (const order of ['asc', 'desc'] as const) {
        await explained.expectIndexes((sql) => listWatches(sql, { limit: 50, order, ...filter }), indexes);
      }
    }
    for (const filter of [{ state: ['Running'] }, { outcome: ['Failed'] }, { rule: 'gifs' }]) {
      await explained.expectIndexes((sql) => listWatches(sql, { limit: 50, ...filter }), []);
    }
  });

  it('health is asked of the indexes', async () => {
    await explained.expectIndexes(readHealth, ['watches_oldest']);
  });

  it('what is removed is found by its age, in batches', async () => {
    const log = createLog('error', {});
    const parts = { store: explained.store, clock: systemClock, log, deadlineMs: Date.now() + 60_000 };
    await retire(parts, { days: 30, rules: [] });
    explained.expectUsed([
      'watches_ended',
      'events_by_age_in_order',
      'deliveries_of_event',
      'intents_settled',
      'watches_pkey',
      'events_pkey',
      'intents_pkey',
      'object_versions_pkey',
    ]);
  });
});

function neverAsked(): never {
  throw new Error('CI was asked');
}

function startRun() {
  const clock = systemClock;
  const options = { ...clock, endpoint: undefined, timeoutMs: 1000, credentials: neverAsked };
  return startSweep({
    store: explained.store,
    ci: createClient(options),
    clock,
    log: createLog('error', {}),
    deadlineMs: clock.now() + 60_000,
    slotsFor: slotsByAccount(explained.store, 50, clock),
    limits: { missingGraceSeconds: 300, stallAfterSeconds: 21_600 },
  });
}
