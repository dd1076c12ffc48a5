import { expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { observe } from '../../shared/watch/observe.ts';
import { recordChanges } from '../../shared/watch/record-changes.ts';
import { reopenMissing } from '../../shared/watch/reopen-missing.ts';
import { retire } from '../../shared/watch/retire.ts';
import type { WatchRow } from '../../shared/watch/watch.ts';
import { type Delivering, startDelivering } from '../worlds/delivering.ts';

const DAY_SECONDS = 86_400;
const JOB = {
  Tag: 'Animation',
  QueueId: 'p1',
  CreationTime: '2026-06-27T15:23:12+0800',
  Input: { Object: 'clips/kůň 🐎.mp4' },
  Operation: {
    Output: { Bucket: 'b', Object: 'gifs/a.gif' },
    MediaInfo: { Format: { Size: '12345678901234567890' } },
  },
};

type State = 'Running' | 'Success';

const say = ({ store }: Delivering, JobId: string, State: State, more: object = JOB) =>
  observe(store, [{ job: { JobId, State, ...more }, sentAtMs: Date.now(), source: 'recheck' }]);

/** CI does not know the job any more. */
const miss = ({ store }: Delivering, jobId: string) =>
  store.transaction(async (sql) => {
    const [row] = await sql<WatchRow[]>`select * from watches where job_id = ${jobId} for update`;
    if (row === undefined) throw new Error('expected a watch');
    const { state, job, job_created_at } = row;
    const change = { row, changed: true, state, outcome: 'Missing', source: 'recheck', job } as const;
    const times = { observedAtMs: Date.now(), jobCreatedAtMs: job_created_at.getTime() };
    await recordChanges(sql, [{ ...change, ...times }], new Date());
  });

/** The bodies that came for each event. */
function bodies({ received }: Delivering): Map<string, string[]> {
  const byId = new Map<string, string[]>();
  for (const { headers, body } of received) {
    const id = String(headers['webhook-id']);
    byId.set(id, [...(byId.get(id) ?? []), body]);
  }
  return byId;
}

it('an event has the same bytes at every try and in the feed, when its job has ended and its watch is removed', async () => {
  const world = await startDelivering();
  const [jobId = ''] = await world.watchJobs(1);
  const run = await world.deliverTo('hooks');
  await say(world, jobId, 'Running', { ...JOB, Progress: '10', Input: { Object: 'as it was' } });
  world.answer('hooks', 500);
  await run();
  await say(world, jobId, 'Success');
  world.answer('hooks', 204);
  await world.passUntilAllIsDue();
  await run();
  const [running = '', succeeded = ''] = (await world.eventIds()).get(jobId) ?? [];
  const told = async () => {
    await world.untilFeedIsWhole();
    const { body } = await world.get('/events');
    return body;
  };
  const before = await told();

  // What CI says after its last word, the removal of the watch, and another try of what is kept since it is tried again.
  await say(world, jobId, 'Running', { ...JOB, Input: {} });
  await world.pass(31 * DAY_SECONDS);
  await world.post(`/deliveries/${running}.hooks/retry`);
  await world.post(`/deliveries/${succeeded}.hooks/retry`);
  const parts = {
    store: world.store,
    clock: systemClock,
    log: createLog('error', {}),
    deadlineMs: Date.now() + 60_000,
  };
  await retire(parts, { days: 30, rules: [] });
  expect(await world.sql`select 1 from watches`).toHaveLength(0);
  await run();

  const came = bodies(world);
  const [first = '', ...others] = came.get(running) ?? [];
  expect(others).toEqual([first, first]);
  expect(JSON.parse(first).data).toMatchObject({
    Watch: { State: 'Running', Input: { Object: 'as it was' } },
  });
  expect(JSON.parse(first).data).not.toHaveProperty('Job');
  const [whole = '', again] = came.get(succeeded) ?? [];
  expect(again).toBe(whole);
  const { Input, Operation } = JOB;
  expect(JSON.parse(whole).data).toMatchObject({
    Watch: { JobId: jobId, State: 'Success', Input, Output: Operation.Output },
    Job: { JobId: jobId, State: 'Success', ...JOB },
  });
  expect(await told()).toBe(before);
  expect(before).toContain(`[${first},${whole}]`);
});

it('the event of a job that was missing stays what it was when the job comes back', async () => {
  const world = await startDelivering();
  const [jobId = ''] = await world.watchJobs(1);
  await say(world, jobId, 'Running');
  await miss(world, jobId);
  const run = await world.deliverTo('hooks');
  await run();
  const [, missing = ''] = (await world.eventIds()).get(jobId) ?? [];
  await world.store.transaction((sql) => reopenMissing(sql, [jobId]));
  await say(world, jobId, 'Success', { ...JOB, Input: { Object: 'another' }, Tag: 'Transcode' });
  await world.post(`/deliveries/${missing}.hooks/retry`);
  await run();
  const [first = '', again] = bodies(world).get(missing) ?? [];
  expect(again).toBe(first);
  const { data } = JSON.parse(first);
  expect(data).toMatchObject({
    Watch: { Outcome: 'Missing', Input: JOB.Input },
    Job: { State: 'Running', ...JOB },
  });
});

it('what the release before wrote goes out as it is, and what it reads of ours is a document', async () => {
  const world = await startDelivering();
  const [jobId = ''] = await world.watchJobs(1);
  await world.sql`
    insert into events (id, job_id, bucket, type, at, data)
    values (${`${jobId}-0`}, ${jobId}, 'media-1', 'jobwatch.job.running', now(), '{"Watch": {"a": 1} , "Job":null}')`;
  await say(world, jobId, 'Success');
  await (await world.deliverTo('hooks'))();
  expect(world.received[0]?.body).toContain('"data":{"Watch": {"a": 1} , "Job":null}}');
  // As its deliver reads them.
  const rows = await world.sql<{ data: string }[]>`
    select e.data::text as data from events e join deliveries d on e.seq = d.event_seq order by e.seq`;
  expect(rows.map(({ data }) => JSON.parse(data))).toMatchObject([
    { Watch: {} },
    { Watch: { JobId: jobId } },
  ]);
});
