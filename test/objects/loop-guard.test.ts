import { expect, it, onTestFinished } from 'vitest';
import { takeObject } from '../../shared/objects/take-object.ts';
import { openStore, type Sql } from '../../shared/store/store.ts';
import type { IntentRow } from '../../shared/submit/intent.ts';
import { settleSubmitted } from '../../shared/submit/intents/settle.ts';
import { policyOf, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { operation, submission } from '../worlds/submit-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';

/** What the build refuses: its outputs are caught by the rule itself. */
const LOOP = ruleOf({ suffixes: ['.gif'], output: { object: 'clips/${dir}${name}-small.${ext}' } });

it('a loop that slipped past the build is stopped after zero jobs', async () => {
  const world = await startRuledWorld([LOOP]);
  await world.drop({ key: 'clips/a.gif' });
  expect(await world.jobsAtCi()).toHaveLength(1);
  for (const at of [1, 2, 3]) {
    const taken = await world.drop({ key: 'clips/a-small.gif', etag: String(at), at });
    expect(taken).toEqual({ intended: 0, outputs: 1, ignored: 0 });
  }
  expect(await world.inputsAtCi()).toEqual(['clips/a.gif']);
});

it('also when the job ended long ago', async () => {
  const world = await startRuledWorld([LOOP]);
  await world.drop({ key: 'clips/a.gif' });
  const [{ JobId } = { JobId: '' }] = await world.watches();
  await world.cloud.control('PATCH', `/jobs/${JobId}`, { state: 'Success' });
  await world.pass(86_400);
  await world.recheck();
  expect(await world.drop({ key: 'clips/a-small.gif' })).toMatchObject({ intended: 0, outputs: 1 });
});

it('also while CI has the job and its answer was lost', async () => {
  const world = await startRuledWorld([LOOP]);
  await world.cloud.faults({ match: 'CreateMediaJobs', phase: 'after', kind: 'reset', times: 1 });
  await world.drop({ key: 'clips/a.gif' });
  expect(await world.unsettled()).toBe(1);
  expect(await world.watches({ state: 'Submitted' })).toEqual([]);
  expect(await world.drop({ key: 'clips/a-small.gif' })).toEqual({ intended: 0, outputs: 0, ignored: 1 });
  // Nothing else is kept from being an input.
  expect(await world.drop({ key: 'clips/b-small.gif' })).toMatchObject({ intended: 1 });
});

/** Does something just before each statement that is asked through it. */
function before(sql: Sql, doFirst: (statement: string) => Promise<void>): Sql {
  return new Proxy(sql, {
    apply(target, self, [strings, ...given]: [TemplateStringsArray, ...unknown[]]) {
      const query = Reflect.apply(target, self, [strings, ...given]);
      const text = strings.raw?.join('?') ?? '';
      return /^\s*select 1 from intent_outputs/.test(text) ? doFirst(text).then(() => query) : query;
    },
  });
}

it('also when its answer is written down between the questions whether it is being written, and by whom', async () => {
  const world = await startRuledWorld([LOOP]);
  await world.cloud.faults({ match: 'CreateMediaJobs', phase: 'after', kind: 'reset', times: 1 });
  await world.drop({ key: 'clips/a.gif' });
  const [intent] = await world.sql<IntentRow[]>`select * from intents`;
  const jobs = await world.jobsAtCi();
  const store = openStore(world.databaseUrl, Date.now);
  const other = openStore(world.databaseUrl, Date.now);
  onTestFinished(async () => void (await Promise.all([store.close(), other.close()])));
  let settled = 0;
  const settle = async () => {
    settled += 1;
    if (intent) await other.transaction((sql) => settleSubmitted(sql, intent, jobs, Date.now()));
  };
  const write = {
    bucket: BUCKET,
    region: REGION,
    key: 'clips/a-small.gif',
    etag: 'x',
    size: 1,
    timeMs: Date.now(),
    write: 'w',
  };
  const decided = await store.transaction((sql) => takeObject(before(sql, settle), write, policyOf(LOOP)));
  expect(settled).toBe(1);
  expect(decided).toEqual([{ decided: 'output', jobId: jobs[0]?.JobId }]);
});

it('what a submission of somebody else writes is no input either', async () => {
  const world = await startRuledWorld();
  const writes = { ...operation(), Output: { ...operation().Output, Object: 'clips/made-${jobid}.mp4' } };
  const { json } = await world.submit('/jobs', submission([writes]));
  const [job] = json['JobsDetail'] as { JobId: string }[];
  expect(await world.drop({ key: `clips/made-${job?.JobId}.mp4` })).toMatchObject({
    intended: 0,
    outputs: 1,
  });
});
