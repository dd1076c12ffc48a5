import { expect, it } from 'vitest';
import type { PostgresServer } from '../../local/postgres/start-postgres.ts';
import { ownPostgres, usedFolder } from '../local/postgres/own-postgres.ts';
import { startAnswerGate } from '../worlds/answer-gate.ts';
import { loadFunction, loadHandler } from '../worlds/load-function.ts';
import { POST_SECONDS, SETTLE_SECONDS, startWorld, submission, type World } from '../worlds/submit-world.ts';

const LEASE_SECONDS = 60;
const SECOND_LOOK_SECONDS = 30;

/** A world whose PostgreSQL can be taken away and brought back, where it was. */
async function startOwnWorld() {
  const dataDir = await usedFolder();
  const first = await ownPostgres({ dataDir });
  const world = await startWorld({}, first.url);
  return { world, first, again: () => ownPostgres({ dataDir, port: first.port }) };
}

async function watchEnded(world: World, count: number): Promise<string[]> {
  const JobIds = await world.cloud.jobs('Success', count);
  const headers = { 'content-type': 'application/json' };
  await world.submit('/watches', { method: 'POST', headers, body: JSON.stringify({ JobIds }) });
  return JobIds;
}

const GONE: [string, (server: PostgresServer) => unknown][] = [
  ['stopped', (server) => server.close()],
  ['killed', (server) => server.kill()],
];

it.each(GONE)(
  'PostgreSQL %s and started in the middle of a sweep: the next one ends every watch right',
  async (_, end) => {
    const { world, first, again } = await startOwnWorld();
    const ids = await watchEnded(world, 60);
    const gate = await startAnswerGate(world.cloud.url, 'GET');
    const recheck = await loadHandler('recheck', { ...world.env, CI_ENDPOINT: gate.url });
    const sweep = Promise.allSettled([recheck({}, { request_id: 'tick', time_limit_in_ms: 60_000 })]);
    await gate.untilHeld();
    await end(first);
    await again();
    gate.open();
    // It may fail or go on.
    await sweep;

    await world.cloud.faults();
    await world.pass(LEASE_SECONDS + 1);
    await world.recheck();
    const watches = await world.watches({ outcome: 'Success', limit: '200' });
    expect(watches.map((watch) => watch.JobId).sort()).toEqual(ids.sort());
    const [count] = await world.sql`
    select count(*)::int as steps, count(distinct job_id)::int as jobs from watch_history`;
    expect(count).toEqual({ steps: ids.length, jobs: ids.length });
  },
);

it.each([
  ['CI has taken it', undefined, 1],
  ['CI has refused it', { match: 'CreateMediaJobs', code: 'SlowDown', retryAfter: 60 }, 2],
] as const)(
  'PostgreSQL stopped after the intent, and %s: the caller is told that it is in doubt, and it is one job',
  async (_, fault, posts) => {
    const { world, first, again } = await startOwnWorld();
    if (fault !== undefined) await world.cloud.faults(fault);
    const gate = await startAnswerGate(world.cloud.url, 'POST');
    const submit = await loadFunction('api', { ...world.env, CI_ENDPOINT: gate.url });
    const posting = submit('/jobs', submission());
    await gate.untilHeld();
    await first.close();
    gate.open();
    const answer = await posting;
    expect(answer).toMatchObject({ status: 504, json: { code: 'OutcomeUnknown' } });
    await again();
    await world.cloud.faults();
    const intent = answer.headers['location']?.replace('/watches?intent=', '') ?? '';
    expect(await world.watches({ intent })).toMatchObject([{ Intent: intent, JobId: '', State: 'Pending' }]);

    await world.pass(POST_SECONDS + SETTLE_SECONDS);
    await world.recheck();
    await world.pass(SECOND_LOOK_SECONDS + 1);
    await world.recheck();
    const [job, ...others] = await world.jobsAtCi();
    expect(others).toEqual([]);
    expect(await world.watches({ intent })).toMatchObject([{ JobId: job?.JobId }]);
    expect(await world.cloud.requests('CreateMediaJobs')).toBe(posts);
  },
);

it('without PostgreSQL nothing is submitted, jobs are told all the same, and the rest is 503 NoStore', async () => {
  const { world, first, again } = await startOwnWorld();
  const [id = ''] = await watchEnded(world, 1);
  await first.close();
  const noStore = { status: 503, json: { code: 'NoStore' }, headers: { 'retry-after': '60' } };
  expect(await world.submit('/jobs', submission())).toMatchObject(noStore);
  expect(await world.describe('/watches')).toMatchObject(noStore);
  expect(await world.describe('/healthz')).toMatchObject(noStore);
  expect(await world.describe(`/jobs/${id}`)).toMatchObject({ status: 200 });
  await expect(world.recheck()).rejects.toMatchObject({ name: 'StoreUnavailable' });
  expect(await world.cloud.requests('CreateMediaJobs')).toBe(0);

  await again();
  expect(await world.describe('/healthz')).toMatchObject({ status: 200 });
  expect(await world.describe(`/jobs/${id}`)).toMatchObject({ status: 200 });
  expect(await world.watches()).toMatchObject([{ JobId: id, Outcome: 'Success' }]);
});
