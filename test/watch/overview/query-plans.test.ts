import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../shared/clock.ts';
import { createLog } from '../../../shared/log.ts';
import { foldCounts } from '../../../shared/watch/counts/fold.ts';
import { readCounts } from '../../../shared/watch/counts/read-counts.ts';
import { readOpen } from '../../../shared/watch/overview/read-open.ts';
import { readVersion } from '../../../shared/watch/overview/read-version.ts';
import { type ExplainedStore, startExplainedStore } from '../../worlds/explained-store.ts';

/** 400 days of what twenty rules made of things, as it is folded, and what has just ended. */
const COUNTED = ['outcomes_by_quarter', 'outcomes_by_hour', 'outcomes_by_day'].map(
  (table, step) => `
  insert into ${table}
  select date_trunc('day', now(), 'UTC') - n * ${["interval '15 minutes'", "interval '1 hour'", "interval '1 day'"][step]},
    'rule-' || r, outcome, '', 5, now(), 'j1', 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  from generate_series(0, 400) as n, generate_series(1, 20) as r, (values ('Success'), ('Failed')) as o (outcome)`,
);
const UNFOLDED = `
  insert into outcome_changes (quarter, rule, outcome, code, bucket, count, latest_at, latest_job_id)
  select date_bin('15 minutes', now() - n * interval '1 second', 'epoch'), 'rule-' || n % 20, 'Success', '', n % 24, 1, now(), 'j' || n
  from generate_series(1, 5000) as n`;

let explained: ExplainedStore;
beforeAll(async () => {
  explained = await startExplainedStore();
  for (const statement of [...COUNTED, UNFOLDED]) await explained.client.unsafe(statement);
  await explained.client`analyze`;
});
afterAll(() => explained.close());

it('what is open is counted by indexes, however much has ended', async () => {
  // Submissions have several indexes of those that are not settled: any will do.
  await explained.expectIndexes((sql) => readOpen(sql), ['watches_open_by_state', 'watches_oldest']);
});

it('a window reads its periods, and no job', async () => {
  await explained.expectIndexes((sql) => readCounts(sql, '1h', new Date()), ['outcomes_by_quarter_pkey']);
  await explained.expectIndexes((sql) => readCounts(sql, '30d', new Date()), ['outcomes_by_day_pkey']);
});

it('what is folded is found by its order, and what is old by its time', async () => {
  await explained.expectIndexes((sql) => readVersion(sql), []);
  await foldCounts({
    store: explained.store,
    clock: systemClock,
    log: createLog('error'),
    deadlineMs: Date.now() + 60_000,
  });
  explained.expectUsed([
    'outcome_changes_pkey',
    'outcomes_by_quarter_pkey',
    'outcomes_by_hour_pkey',
    'outcomes_by_day_pkey',
  ]);
  expect(await explained.client`select 1 from outcome_changes`).toHaveLength(0);
});
