import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bundle } from '../../deploy/build/bundle.ts';
import { startRuntime } from '../../emulators/scf/start-runtime.ts';
import type { SweepSummary } from '../../shared/sweep/sweep.ts';
import { BACKGROUND_SHARE } from '../../shared/throttle/rate.ts';
import { type Sweeping, startSweeping } from '../worlds/sweeping.ts';
import { CREDENTIALS } from '../worlds/test-cloud.ts';

const PROCESSES = 4;
const MAX_RPS = 40;

/**
 * recheck as the platform runs it: the bundle, in as many warm processes as there are events at once.
 * @returns a function that runs one sweep in each
 */
async function startProcesses(world: Sweeping, env: Record<string, string> = {}) {
  const distDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-sweeps-'));
  await bundle({ names: ['recheck'], outdir: distDir });
  const { TENCENTCLOUD_SECRETID: _id, TENCENTCLOUD_SECRETKEY: _key, ...environment } = world.env;
  const runtime = await startRuntime({
    port: 0,
    distDir,
    credentials: CREDENTIALS,
    service: {
      name: 'sweeps',
      region: 'ap-guangzhou',
      runtime: 'Nodejs20.19',
      rules: [],
      functions: [
        {
          name: 'recheck',
          handler: 'index.main_handler',
          description: '',
          memorySize: 128,
          timeout: 60,
          environment: { ...environment, ...env },
          routes: [],
          timers: [],
          objectTriggers: [],
          asyncTrigger: { retryNum: 0, msgTTL: 60 },
          instances: PROCESSES,
        },
      ],
    },
  });
  onTestFinished(async () => {
    await runtime.close();
    await rm(distDir, { recursive: true, force: true });
  });
  const sweep = async (): Promise<SweepSummary> => {
    const result = await runtime.invoke('recheck', {});
    if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
    return result.value as SweepSummary;
  };
  const sweepInEach = () => Promise.all(Array.from({ length: PROCESSES }, sweep));
  await sweepInEach();
  return sweepInEach;
}

/** Lets the database write down every claim of a watch that somebody else holds at that time. */
async function noteDoubleClaims({ sql }: Sweeping): Promise<() => Promise<unknown[]>> {
  await sql.unsafe(`
    create table double_claims (job_id text, held uuid, taken uuid);
    create function note_claim() returns trigger language plpgsql as $$
    begin
      if old.claim_token is not null and old.claimed_until > jobwatch_now() then
        insert into double_claims values (new.job_id, old.claim_token, new.claim_token);
      end if;
      return null;
    end $$;
    create trigger note_claim after update on watches for each row
      when (new.claim_token is not null and new.claim_token is distinct from old.claim_token)
      execute function note_claim();
    create function note_lease() returns trigger language plpgsql as $$
    begin
      if old.lease_token is not null and old.leased_until > jobwatch_now() then
        insert into double_claims values (new.queue_id, old.lease_token, new.lease_token);
      end if;
      return null;
    end $$;
    create trigger note_lease after update on watch_cohorts for each row
      when (new.lease_token is not null and new.lease_token is distinct from old.lease_token)
      execute function note_lease();`);
  return async () => [...(await sql`select * from double_claims`)];
}

it('four processes at once share four groups: no watch is held twice, and no request leaves without a slot', async () => {
  const world = await startSweeping();
  const doubleClaims = await noteDoubleClaims(world);
  const sweep = await startProcesses(world, { CI_MAX_RPS: String(MAX_RPS) });
  const perGroup = 150;
  const groups = await Promise.all(
    ['Animation', 'Transcode', 'Snapshot', 'Concat'].map(async (tag) => {
      const ids = await world.jobs({ count: perGroup, state: 'Success', tag });
      // Without a queue a group cannot be listed: it is read with fifteen requests.
      await world.watch(ids, { Tag: tag });
      return ids;
    }),
  );

  const [begun] = await world.sql`select jobwatch_now()::text as at`;
  const summaries = await sweep();

  const all = groups.flat();
  const claimed = summaries.map((summary) => summary.claimed);
  expect(claimed.reduce((sum, count) => sum + count, 0)).toBe(all.length);
  expect(Math.max(...claimed)).toBeLessThan(all.length);
  expect(await doubleClaims()).toEqual([]);
  // Each id was asked about once, in full requests.
  const stats = await world.cloud.control('GET', '/stats');
  expect(stats['idsAsked']).toBe(all.length);
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: all.length / 10 });
  const watches = await world.watches();
  expect(watches.filter((watch) => watch.outcome !== 'Success')).toEqual([]);
  // Each had a slot of its own. When it left is for the machine to say, and looked at by virtual time elsewhere.
  const [taken] = await world.sql`
    select extract(epoch from max(next_slot_at) - ${String(begun?.['at'])}::timestamptz)::float8 as seconds from rates`;
  expect(taken?.['seconds']).toBeGreaterThanOrEqual(all.length / 10 / (MAX_RPS * BACKGROUND_SHARE));
});

it('four processes that list share the groups: every page is read once', async () => {
  const world = await startSweeping();
  const doubleClaims = await noteDoubleClaims(world);
  const sweep = await startProcesses(world);
  const queues = Array.from({ length: 4 }, (_, index) => `p${String(index).repeat(32)}`);
  for (const QueueId of queues) {
    const ids = await world.jobs({ count: 250, state: 'Running', queueId: QueueId });
    await world.watch(ids, { Tag: 'Animation', QueueId });
  }

  const summaries = await sweep();

  expect(summaries.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(1000);
  expect(summaries.reduce((sum, { changed }) => sum + changed, 0)).toBe(1000);
  expect(await world.requestsSoFar()).toEqual({ list: 12, describe: 0 });
  expect(await doubleClaims()).toEqual([]);
  const watches = await world.watches();
  expect(watches.filter((watch) => watch.state !== 'Running')).toEqual([]);
});
