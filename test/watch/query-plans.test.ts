import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { afterClockBack } from '../../shared/automation/after-clock-back.ts';
import { workOff } from '../../shared/automation/work-off.ts';
import { createClient } from '../../shared/ci/client/create-client.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { encodeCursor } from '../../shared/watch/cursor.ts';
import { discover } from '../../shared/watch/discover.ts';
import { getWatch, getWatches } from '../../shared/watch/get-watch.ts';
import { listWatches } from '../../shared/watch/list-watches.ts';
import { observe } from '../../shared/watch/observe.ts';
import { slotsByAccount } from '../../shared/watch/rate.ts';
import { readHealth } from '../../shared/watch/read-health.ts';
import { retire } from '../../shared/watch/retire.ts';
import type { Sql } from '../../shared/watch/store.ts';
import {
  claimAhead,
  claimBeside,
  claimDue,
  giveBack,
  nextDueGroup,
  renew,
} from '../../shared/watch/sweep/claim.ts';
import { readGroup } from '../../shared/watch/sweep/group-lease.ts';
import { countMisses, postpone, schedule } from '../../shared/watch/sweep/settle.ts';
import { beginRun, endSweep, startSweep } from '../../shared/watch/sweep/sweep.ts';
import { keyed } from '../../shared/watch/user-data.ts';
import { type ExplainedStore, startExplainedStore } from '../support/explained-store.ts';
import { BUCKET, REGION } from '../support/test-cloud.ts';
import { said } from './watched-jobs.ts';

const GROUP = { bucket: BUCKET, region: REGION, tag: 'Animation', queue_id: 'p1' };
const TOKEN = randomUUID();
const INTENT = randomUUID();
type Next = Parameters<typeof schedule>[2];

let explained: ExplainedStore;
beforeAll(async () => {
  explained = await startExplainedStore();
});
afterAll(() => explained.close());

describe('a sweep reads what is due, and nothing that has ended', () => {
  it('the group that has waited longest', async () => {
    await explained.expectIndexes(
      (sql) => nextDueGroup(sql, new Date(), [{ ...GROUP, queue_id: 'p0' }]),
      ['watches_due'],
    );
  });

  it.each([
    ['its due watches', (sql: Sql) => claimDue(sql, GROUP, TOKEN, new Date())],
    ['those that are not due', (sql: Sql) => claimAhead(sql, GROUP, TOKEN)],
    ['as many as fill a request', (sql: Sql) => claimBeside(sql, GROUP, TOKEN, 7)],
  ])('claims %s', async (_, claim) => {
    await explained.expectIndexes(claim, ['watches_open_group']);
  });

  it('how many are open in a group', async () => {
    await explained.expectIndexes((sql) => readGroup(sql, GROUP), ['watches_open_group']);
  });

  it.each([
    ['renews', renew],
    ['gives back', giveBack],
  ])('%s what its token holds', async (_, act) => {
    await explained.client`update watches set claim_token = ${TOKEN} where job_id in ('open-1', 'open-2')`;
    await explained.expectIndexes((sql) => act(sql, TOKEN), ['watches_claimed']);
  });

  it.each([
    ['schedules', schedule],
    ['postpones', (sql: Sql, token: string, next: Next) => postpone(sql, token, next, 'no')],
    ['counts misses of', (sql: Sql, token: string, next: Next) => countMisses(sql, token, next, 300)],
  ])('%s what it has read', async (_, act) => {
    await explained.client`update watches set claim_token = ${TOKEN} where job_id in ('open-1', 'open-2')`;
    const next = ['open-1', 'open-2'].map((jobId) => ({ jobId, delayMs: 1000 }));
    await explained.expectIndexes((sql) => act(sql, TOKEN, next), ['watches_pkey']);
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
    const clock = systemClock;
    const options = { ...clock, endpoint: undefined, timeoutMs: 1000, credentials: neverAsked };
    const run = await startSweep({
      store: explained.store,
      ci: createClient(options),
      clock,
      log: createLog('error', {}),
      deadlineMs: clock.now() + 60_000,
      slotsFor: slotsByAccount(explained.store, 50, clock),
      limits: { missingGraceSeconds: 300, stallAfterSeconds: 21_600 },
    });
    explained.expectUsed(['watches_due']);
    await workOff(run, { settleSeconds: 120, ciMaxRps: 50, rules: [] });
    explained.expectUsed(['intents_in_lane', 'intents_to_look']);
    await endSweep(run);
    explained.expectUsed(['watches_oldest']);
  });
});

describe('what a clock put off that was put back since', () => {
  it('is found by indexes, and so is that there is nothing', async () => {
    await afterClockBack({
      store: explained.store,
      clock: systemClock,
      log: createLog('error', {}),
      deadlineMs: 0,
      settleSeconds: 120,
    });
    explained.expectUsed([
      'watches_due',
      'watches_listed',
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
    const within = encodeCursor({ createdUs: `${Date.now() - 3_600_000}000`, id: 'open-1', sinceUs });
    await explained.expectIndexes(
      (sql) => listWatches(sql, { limit: 50, cursor: within }),
      ['watches_listed', 'intents_unsettled', 'intents_superseded', 'intents_settled'],
    );
    for (const filter of [{ state: 'Running' }, { outcome: 'Failed' }, { rule: 'gifs' }]) {
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
