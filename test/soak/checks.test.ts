import { expect, it } from 'vitest';
import { checkEvents } from './checks/check-events.ts';
import { checkJobs } from './checks/check-jobs.ts';
import { checkOutcomes } from './checks/check-outcomes.ts';
import { checkOutputs, checkOverlaps } from './checks/check-outputs.ts';
import { checkRate } from './checks/check-rate.ts';
import type { Findings, FoundJob } from './findings.ts';
import { BUCKETS, idOf } from './places.ts';
import { makePlan } from './plan/make-plan.ts';
import { JobLog } from './world/job-log.ts';
import { Ledger, versionsOf, type Write } from './world/ledger.ts';
import type { World } from './world/world.ts';

const bucket = BUCKETS[0];
const object = { bucket, key: 'clips/a.mp4' };
const output = { bucket, key: 'gifs/a.gif' };

const write = (etag: string, colour: number, cloudMs = 0): Write => ({
  ...{ at: 0, how: 'write', etag, colour, bytes: Buffer.from('clip'), cloudMs, certain: true },
});

function job(JobId: string, more: Partial<FoundJob> = {}): FoundJob {
  return {
    ...{
      JobId,
      Seq: Number(JobId.slice(1)),
      State: 'Success',
      Code: 'Success',
      Message: '',
      CreatedAt: 0,
      bucket,
    },
    ...{ InputObject: object.key, OutputKey: output.key },
    ...more,
  };
}

/** Two versions of an object, a job for each, and an output of the second one's colour: as it should be. */
function kept(more: Partial<Findings> = {}): { world: World; findings: Findings } {
  const ledger = new Ledger();
  ledger.note(object, write('one', 1));
  ledger.note(object, write('two', 2));
  const jobs = [job('j1'), job('j2')];
  const findings: Findings = {
    jobs,
    watches: jobs.map(({ JobId, State }) => ({ JobId, Intent: '', State, Outcome: State, Rule: 'one-gif' })),
    events: jobs.map(({ JobId }, seq) => ({
      seq: seq + 1,
      id: JobId,
      job_id: JobId,
      type: 'jobwatch.job.succeeded',
    })),
    deliveries: jobs.map(({ JobId }) => ({ EventId: JobId, Endpoint: 'steady', State: 'delivered' })),
    received: jobs.map(({ JobId }) => arrived(JobId)),
    intents: [],
    etags: new Map([[idOf(object), 'two']]),
    colours: new Map([[idOf(output), 2]]),
    ...more,
  };
  return { world: { ledger, jobLog: new JobLog() } as Partial<World> as World, findings };
}

function arrived(id: string, more: object = {}) {
  return {
    ...{
      at: 0,
      endpoint: 'steady',
      verified: true,
      id,
      type: 'jobwatch.job.succeeded',
      subject: 'job',
      bodyHash: id,
    },
    ...more,
  };
}

function broken(more: Partial<Findings> = {}): string[] {
  const { world, findings } = kept(more);
  return [
    ...checkJobs(world, findings),
    ...checkOutputs(world, findings),
    ...checkOutcomes(findings, undefined),
    ...checkEvents(findings, ['steady']),
  ].map(({ promise }) => promise);
}

it('a seed makes the same plan each time, and another seed another one', () => {
  expect(makePlan(7, 1)).toEqual(makePlan(7, 1));
  expect(makePlan(7, 1)).not.toEqual(makePlan(8, 1));
  expect(makePlan(7, 2).slice(0, 50)).toEqual(makePlan(7, 1).slice(0, 50));
});

it('finds nothing where every promise was kept', () => {
  expect(broken()).toEqual([]);
});

it('finds a job too many', () => {
  expect(broken({ jobs: [job('j1'), job('j2'), job('j3')] })).toContain('nothing twice');
});

it('counts the same bytes again as a version only where no event tells which write was the last', () => {
  const apart = [write('one', 1, 0), write('two', 2, 5000), write('two', 2, 9000)];
  const atOnce = [write('one', 1, 4900), write('two', 2, 5000), write('two', 2, 9000)];
  expect([versionsOf(object, apart), versionsOf(object, atOnce)]).toEqual([2, 3]);
  expect([versionsOf(object, apart, 'two'), versionsOf(object, atOnce, 'two')]).toEqual([1, 2]);
});

it('finds an output of an older version, and a version without a job', () => {
  expect(broken({ colours: new Map([[idOf(output), 1]]) })).toEqual(['nothing stale']);
  expect(broken({ jobs: [] })).toContain('nothing lost');
});

it('finds a failed job that its rule would have tried again', () => {
  const jobs = [job('j1'), job('j2', { State: 'Failed', Code: 'JobTimeout' })];
  expect(broken({ jobs, colours: new Map() })).toContain('nothing lost');
});

it("finds an outcome other than CI's, and a job that nobody watches", () => {
  const [one] = kept().findings.watches;
  const watches = one === undefined ? [] : [{ ...one, Outcome: 'Failed' }];
  const promise = 'every watched job reaches the outcome that CI states';
  expect(broken({ watches })).toEqual([promise, promise]);
});

it('finds an event that never arrived, came unsigned, out of order or with two bodies', () => {
  expect(broken({ received: [arrived('j1')] })).toEqual(['every event arrives']);
  expect(broken({ received: [arrived('j1'), arrived('j2', { verified: false })] })).toEqual([
    'every event arrives',
  ]);
  expect(broken({ received: [arrived('j2'), arrived('j1')] })).toEqual([
    'the events of a job arrive in order',
  ]);
  const twice = [arrived('j1'), arrived('j2'), arrived('j2', { bodyHash: 'other' })];
  expect(broken({ received: twice })).toEqual(['a repeat has the same id and the same body']);
});

it('finds a job that was taken while another one wrote its output', () => {
  const { world } = kept();
  const line = (jobId: string, state: string) =>
    world.jobLog.read(
      JSON.stringify({
        event: 'job',
        jobId,
        state,
        ...(state === 'Submitted' && { input: 'i', output: 'o' }),
      }),
    );
  for (const [id, state] of [
    ['j1', 'Submitted'],
    ['j1', 'Success'],
    ['j2', 'Submitted'],
  ] as const) {
    line(id, state);
  }
  expect(checkOverlaps(world)).toEqual([]);
  line('j3', 'Submitted');
  line('j2', 'Success');
  expect(checkOverlaps(world)).toHaveLength(1);
});

it('finds requests over the rate, and none within it', () => {
  const requests = (gapMs: number) =>
    Array.from({ length: 300 }, (_, index) => ({
      atMs: index * gapMs,
      bucket,
      method: 'GET',
      path: '/jobs',
    }));
  expect(checkRate(requests(100), 12.5, [])).toEqual([]);
  expect(checkRate(requests(80), 12.5, [])).toHaveLength(1);
});
