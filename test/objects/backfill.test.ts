import COS from 'cos-nodejs-sdk-v5';
import { expect, it } from 'vitest';
import { loadHandler } from '../worlds/load-function.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { BUCKET, CREDENTIALS, REGION } from '../worlds/test-cloud.ts';

const RULE = 'clips-to-gif';

/** Objects that nobody told of. */
async function place({ cloud }: RuledWorld, keys: readonly string[]): Promise<void> {
  const cos = new COS({
    SecretId: CREDENTIALS.secretId,
    SecretKey: CREDENTIALS.secretKey,
    Ip: new URL(cloud.url).host,
    Protocol: 'http:',
  });
  await Promise.all(keys.map((Key) => cos.putObject({ Bucket: BUCKET, Region: REGION, Key, Body: 'x' })));
}

/** The API is asked to change something. */
const ask = async ({ submit }: RuledWorld, method: string, path: string, body: object) =>
  await submit(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function order(world: RuledWorld, body: object = {}): Promise<string> {
  const { status, json } = await ask(world, 'POST', '/backfills', { Rule: RULE, ...body });
  expect([status, json]).toEqual([202, { Id: expect.any(String) }]);
  return String(json['Id']);
}

const progress = async (world: RuledWorld, id: string) => (await world.describe(`/backfills/${id}`)).json;

const names = (count: number, prefix = 'clips/') =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, '0')}.mp4`);

it('a dry run counts what is caught and not known, and submits nothing', async () => {
  const world = await startRuledWorld();
  await place(world, [...names(5), 'clips/no.txt', 'clips/.hidden.mp4', 'else/x.mp4']);
  await world.drop({ key: 'clips/0001.mp4', etag: '9dd4e461268c8034f5c8564e155c67a6', size: 1 });
  const id = await order(world, { DryRun: true });
  await world.recheck();
  expect(await progress(world, id)).toMatchObject({
    State: 'Ended',
    DryRun: true,
    Listed: 7,
    Caught: 5,
    Known: 1,
    Submitted: 4,
    Left: 0,
  });
  expect(await world.inputsAtCi()).toEqual(['clips/0001.mp4']);
});

it('submits each version once, whether its event comes before, during or after', async () => {
  const world = await startRuledWorld();
  const keys = names(6);
  await place(world, keys);
  const etag = '9dd4e461268c8034f5c8564e155c67a6';
  await world.drop({ key: 'clips/0000.mp4', etag, size: 1 });
  const id = await order(world);
  await Promise.all([world.recheck(), world.drop({ key: 'clips/0003.mp4', etag, size: 1 })]);
  await world.drop({ key: 'clips/0005.mp4', etag, size: 1 }, { key: 'clips/0005.mp4', etag, size: 1 });
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(keys);
  const { Known, Submitted, State } = (await progress(world, id)) as Record<string, unknown>;
  expect([State, Number(Known) + Number(Submitted)]).toEqual(['Ended', 6]);
  const again = await order(world);
  await world.recheck();
  expect(await progress(world, again)).toMatchObject({ State: 'Ended', Known: 6, Submitted: 0 });
  expect(await world.inputsAtCi()).toHaveLength(6);
});

it('keeps at most 100 submissions in line, and new objects go before them', async () => {
  const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 20 })]);
  await place(world, names(150));
  const id = await order(world);
  await world.recheck();
  const first = (await progress(world, id)) as Record<string, number>;
  // At most half of the brake was posted, and the line holds no more than a hundred.
  expect(first['Left']).toBeLessThanOrEqual(100);
  expect(Number(first['Submitted']) - Number(first['Left'])).toBe(10);
  await world.drop({ key: 'clips/new.mp4', etag: 'b'.repeat(32) });
  await world.recheck();
  expect(await world.inputsAtCi()).toContain('clips/new.mp4');
  for (let hours = 0; hours < 15; hours += 1) {
    await world.pass(3601);
    await world.recheck();
  }
  expect(await progress(world, id)).toMatchObject({ State: 'Ended', Submitted: 150, Left: 0 });
  expect(await world.inputsAtCi()).toHaveLength(151);
});

it('an upload beside it costs on-object no more than its own submission: orders are recheck’s', async () => {
  const world = await startRuledWorld([ruleOf({ maxJobsPerHour: 20 })]);
  await place(world, names(50));
  await order(world);
  await world.recheck();
  expect(await world.inputsAtCi()).toHaveLength(10);
  // What stands in line is due again.
  await world.pass(3601);
  await world.drop({ key: 'clips/new.mp4', etag: 'b'.repeat(32) });
  expect(await world.inputsAtCi()).toEqual([...names(10), 'clips/new.mp4']);
  await world.recheck();
  expect(await world.inputsAtCi()).toHaveLength(21);
});

it('a sweep goes on while the line moves: a page costs one request, however many submissions it holds', async () => {
  const world = await startRuledWorld();
  await place(world, names(230));
  const id = await order(world);
  await world.recheck();
  expect(await progress(world, id)).toMatchObject({ State: 'Ended', Submitted: 230, Left: 0 });
  expect(await world.cloud.requests('GetBucket')).toBe(1);
  expect(await world.inputsAtCi()).toEqual(names(230));
});

it('a sweep that is killed after any page, and several at once, leave nothing out and do nothing twice', async () => {
  const world = await startRuledWorld();
  const keys = names(40);
  await place(world, keys);
  const id = await order(world);
  const others = await Promise.all([
    loadHandler('recheck', world.env, [ruleOf()]),
    loadHandler('recheck', world.env, [ruleOf()]),
  ]);
  await world.cloud.faults({ match: 'GetBucket', kind: 'reset', rate: 0.5 });
  for (let round = 0; round < 6; round += 1) {
    await world.pass(301);
    await Promise.all([
      world.recheck(),
      ...others.map((run) => run({}, { request_id: 'tick', time_limit_in_ms: 60_000 })),
    ]);
  }
  await world.cloud.faults();
  await world.pass(301);
  await world.recheck();
  await world.recheck();
  expect(await progress(world, id)).toMatchObject({
    State: 'Ended',
    Listed: 40,
    Caught: 40,
    Submitted: 40,
    LastError: '',
  });
  expect(await world.inputsAtCi()).toEqual(keys);
});

it('is narrowed by prefix and time, ends when it is canceled, waits while its rule is paused, and is one for a rule', async () => {
  const world = await startRuledWorld();
  await place(world, [...names(2), ...names(3, 'clips/sub/')]);
  const below = await order(world, { Prefix: 'clips/sub/' });
  const second = await ask(world, 'POST', '/backfills', { Rule: RULE });
  expect([second.status, second.json['code']]).toEqual([409, 'BackfillUnderWay']);
  await world.recheck();
  expect(await progress(world, below)).toMatchObject({ State: 'Ended', Caught: 3, Submitted: 3 });
  const later = await order(world, { ModifiedSince: '2100-01-01T00:00:00Z' });
  await world.recheck();
  expect(await progress(world, later)).toMatchObject({ State: 'Ended', Listed: 5, Caught: 0 });
  const whole = await order(world);
  await ask(world, 'PUT', `/rules/${RULE}`, { Paused: true });
  await world.recheck();
  expect(await progress(world, whole)).toMatchObject({ State: 'Running', Listed: 0 });
  const canceled = await world.submit(`/backfills/${whole}`, { method: 'PUT', query: { cancel: '' } });
  expect(canceled.json).toMatchObject({ State: 'Canceled' });
  await ask(world, 'PUT', `/rules/${RULE}`, { Paused: false });
  await world.recheck();
  expect(await world.inputsAtCi()).toHaveLength(3);
});

it.each([
  [{ Rule: 'none' }, 'Rule: expected the name of a rule: clips-to-gif'],
  [{ Rule: RULE, Prefix: 'else/' }, 'Prefix: expected one below that of the rule, clips/'],
  [
    { Rule: RULE, ModifiedSince: '2026-01-02T00:00:00Z', ModifiedUntil: '2026-01-01T00:00:00Z' },
    'ModifiedUntil: expected a time after ModifiedSince',
  ],
])('%j is refused by its field', async (body, told) => {
  const world = await startRuledWorld();
  const { status, json } = await ask(world, 'POST', '/backfills', body);
  expect([status, String(json['detail'])]).toEqual([400, expect.stringContaining(told)]);
});
