import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Asker, loadFunction } from '../worlds/load-function.ts';
import { logged } from '../worlds/logged.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const TOKEN = 'CANARY-callback-token-0123';
const KEY = 'clips/a.mp4';
const FIXTURE_JOB = `j${'1'.repeat(32)}`;
const fixture = (ending: string) =>
  readFileSync(new URL(`../fixtures/callback-task-finish.${ending}`, import.meta.url), 'utf8');

interface Called extends RuledWorld {
  readonly callback: Asker;
  /** CI's notice for these jobs, as JSON with one object or a list, or as XML. */
  readonly tell: (body: string, token?: string) => Promise<number>;
}

async function startCalled(rules = [ruleOf()]): Promise<Called> {
  const world = await startRuledWorld(rules, {
    // Port 9 discards: the notices of these tests come from the tests.
    CALLBACK_URL: 'http://127.0.0.1:9/',
    CALLBACK_TOKEN: TOKEN,
  });
  const callback = await loadFunction('callback', world.env);
  return {
    ...world,
    callback,
    async tell(body, token = TOKEN) {
      return (await callback(`/callbacks/${token}`, { method: 'POST', body })).status;
    },
  };
}

async function onlyWatch(world: RuledWorld) {
  const [watch, ...others] = await world.watches();
  expect(others).toEqual([]);
  if (watch === undefined) throw new Error('nothing is watched');
  return watch;
}

async function finish(world: RuledWorld, id: string): Promise<void> {
  await world.cloud.control('PATCH', `/jobs/${id}`, { state: 'Success' });
}

const BODIES = [
  ['JSON with an object', fixture('json')],
  ['JSON with a list', fixture('json').replace(/"JobsDetail":(\{.*\})\}/s, '"JobsDetail":[$1]}')],
  ['XML', fixture('xml')],
  [
    'XML with several',
    fixture('xml').replace(
      '</JobsDetail>',
      `</JobsDetail><JobsDetail><JobId>j${'2'.repeat(32)}</JobId></JobsDetail>`,
    ),
  ],
] as const;

it.each(BODIES)('a true callback ends the watch at once: %s', async (_, body) => {
  const world = await startCalled();
  await world.drop({ key: KEY });
  const { JobId } = await onlyWatch(world);
  await finish(world, JobId);
  expect(body).toContain(FIXTURE_JOB);
  expect(await world.tell(body.replace(FIXTURE_JOB, JobId))).toBe(204);
  expect(await onlyWatch(world)).toMatchObject({ Outcome: 'Success' });
  const { json } = await world.describe(`/watches/${JobId}`);
  expect(json['History']).toMatchObject([{ Source: 'object' }, { To: 'Success', Source: 'callback' }]);
});

it('what is submitted asks for a callback', async () => {
  const world = await startCalled();
  await world.drop({ key: KEY });
  const [row] = await world.sql`select request from intents`;
  expect(row?.['request']).toMatchObject({
    CallBack: `http://127.0.0.1:9/callbacks/${TOKEN}`,
    CallBackFormat: 'JSON',
  });
});

it('a forged callback changes nothing: CI is believed, and nobody else', async () => {
  const world = await startCalled();
  await world.drop({ key: KEY });
  const { JobId } = await onlyWatch(world);
  expect(await world.tell(fixture('json').replace(FIXTURE_JOB, JobId))).toBe(204);
  expect(await onlyWatch(world)).toMatchObject({ State: 'Submitted', Outcome: '' });
});

it('a flood of callbacks for one job makes one request, and the end that it hid is found soon', async () => {
  const world = await startCalled();
  await world.drop({ key: KEY });
  const { JobId } = await onlyWatch(world);
  await world.pass(600);
  const before = await world.cloud.requests('DescribeMediaJob');
  const body = fixture('json').replace(FIXTURE_JOB, JobId);
  const told = await Promise.all(Array.from({ length: 30 }, () => world.tell(body)));
  expect(new Set(told)).toEqual(new Set([204]));
  expect((await world.cloud.requests('DescribeMediaJob')) - before).toBe(1);

  await finish(world, JobId);
  await world.tell(body);
  expect((await world.cloud.requests('DescribeMediaJob')) - before).toBe(1);
  await world.pass(6);
  await world.recheck();
  expect(await onlyWatch(world)).toMatchObject({ Outcome: 'Success' });
});

it('a callback for a job that nobody watches, or that has ended, makes no request', async () => {
  const world = await startCalled();
  await world.drop({ key: KEY });
  const { JobId } = await onlyWatch(world);
  await finish(world, JobId);
  const body = fixture('json').replace(FIXTURE_JOB, JobId);
  await world.tell(body);
  const before = await world.cloud.requests('DescribeMediaJob');
  await world.pass(60);
  expect(await world.tell(body)).toBe(204);
  expect(await world.tell(fixture('json'))).toBe(204);
  expect(await world.tell('{"EventName":"WorkflowFinish","WorkflowExecution":{"RunId":"i1"}}')).toBe(204);
  expect(await world.cloud.requests('DescribeMediaJob')).toBe(before);
});

it('a wrong token is 404, whatever comes with it, and no token is in a log', async () => {
  const lines = logged();
  const world = await startCalled();
  const near = `${TOKEN}4`;
  for (const body of [fixture('json'), 'not a notice', '']) expect(await world.tell(body, near)).toBe(404);
  expect(await world.tell(fixture('json'))).toBe(204);
  expect(await world.tell('<Response>')).toBe(400);
  expect((await world.callback(`/callbacks/${TOKEN}`)).status).toBe(405);
  expect((await world.callback(`/callbacks/${TOKEN}/more`)).status).toBe(404);
  expect(lines().filter(({ message }) => message === 'request')).toHaveLength(7);
  expect(JSON.stringify(lines())).not.toContain('CANARY');
});

it('without a configured token every callback is 404', async () => {
  const world = await startRuledWorld();
  const callback = await loadFunction('callback', world.env);
  expect((await callback('/callbacks/', { method: 'POST', body: fixture('json') })).status).toBe(404);
  expect((await callback('/callbacks/undefined', { method: 'POST', body: fixture('json') })).status).toBe(
    404,
  );
});

it('a job that CI cannot be asked about now is looked at by the next sweep', async () => {
  const world = await startCalled();
  await world.drop({ key: KEY });
  const { JobId } = await onlyWatch(world);
  await finish(world, JobId);
  await world.cloud.faults({ match: 'DescribeMediaJob', code: 'AccessDenied', status: 403 });
  expect(await world.tell(fixture('json').replace(FIXTURE_JOB, JobId))).toBe(204);
  await world.cloud.faults();
  await world.pass(6);
  await world.recheck();
  expect(await onlyWatch(world)).toMatchObject({ Outcome: 'Success' });
});

it.each([
  ['gifs/${dir}${name}.${ext}', () => 'gifs/a.gif'],
  ['gifs/${name}-${jobid}.${ext}', (id: string) => `gifs/a-${id}.gif`],
  ['gifs/${name}.gif', () => 'gifs/a.gif'],
])('the output of a job makes it be looked at: %s', async (object, keyOf) => {
  const world = await startCalled([ruleOf({ output: { object } })]);
  await world.drop({ key: KEY });
  const { JobId } = await onlyWatch(world);
  await finish(world, JobId);
  const written = { key: keyOf(JobId), etag: 'c'.repeat(32) };
  expect(await world.drop(written)).toEqual({ intended: 0, outputs: 1, ignored: 0 });
  expect(await onlyWatch(world)).toMatchObject({ Outcome: 'Success' });
});
