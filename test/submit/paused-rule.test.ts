import { expect, it } from 'vitest';
import { acting } from '../http/acting.ts';
import { loadFunction, loadHandler } from '../worlds/load-function.ts';
import { eventOf } from '../worlds/object-events.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

const NAME = 'clips-to-gif';
const films = ruleOf({ name: 'films', prefix: 'films/', output: { object: 'films/${name}.${ext}' } });

it('while a rule is paused its objects are noted, and submitted after it, the newest version of each', async () => {
  const world = await startRuledWorld([ruleOf(), films]);
  const { change, acts } = acting(world);
  const { status, json } = await change(NAME, { Paused: true });
  expect(status).toBe(200);
  expect(json).toMatchObject({ Name: NAME, Paused: true, PausedUntil: null, PausedBy: 'local', Waiting: 0 });
  await world.drop(
    { key: 'clips/1.mp4', etag: 'a', at: 1 },
    { key: 'clips/1.mp4', etag: 'b', at: 2 },
    { key: 'clips/2.mp4' },
    { key: 'films/1.mp4' },
  );
  // Longer than any lane is put off.
  await world.pass(4000);
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(['films/1.mp4']);
  const waiting = (await world.watches()).filter(({ State }) => State === 'Pending');
  expect(waiting.map(({ LastError }) => LastError)).toEqual(
    Array(2).fill(`held back: rule ${NAME} is paused by local`),
  );
  const { json: told } = await world.describe('/rules');
  expect(told).toMatchObject({
    Rules: [
      { Paused: true, Waiting: 2 },
      { Name: 'films', Paused: false, LastObject: 'films/1.mp4' },
    ],
  });

  expect((await change(NAME, { Paused: false })).json).toMatchObject({ Paused: false, PausedBy: null });
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(['clips/1.mp4', 'clips/2.mp4', 'films/1.mp4']);
  expect((await acts()).map(({ Act, Subject }) => [Act, Subject])).toEqual([
    ['rule.resume', NAME],
    ['rule.pause', NAME],
  ]);
});

it('a pause ends by itself, at its time', async () => {
  const world = await startRuledWorld();
  const Until = new Date(Date.now() + 120_000).toISOString();
  const { json } = await acting(world).change(NAME, { Paused: true, Until });
  expect(json).toMatchObject({ Paused: true, PausedUntil: Until, PausedBy: 'local' });
  await world.drop({ key: 'clips/1.mp4' });
  await world.pass(100);
  await world.recheck();
  expect(await world.jobsAtCi()).toEqual([]);
  await world.pass(21);
  await world.recheck();
  expect(await world.inputsAtCi()).toEqual(['clips/1.mp4']);
  expect((await world.describe('/rules')).json).toMatchObject({
    Rules: [{ Paused: false, PausedUntil: null }],
  });
});

it('what was in line already waits too, in the middle of a turn, and on-object obeys', async () => {
  const world = await startRuledWorld();
  await world.cloud.faults({ match: 'CreateMediaJobs', status: 403, code: 'QueueSaturated' });
  await world.drop(...Array.from({ length: 5 }, (_, n) => ({ key: `clips/${n}.mp4` })));
  await world.cloud.faults();
  await acting(world).change(NAME, { Paused: true });
  await world.pass(400);
  await Promise.all([world.recheck(), world.drop({ key: 'clips/new.mp4' }), world.recheck()]);
  expect(await world.jobsAtCi()).toEqual([]);
  expect(await world.unsettled()).toBe(6);
});

it('a pause holds in instances that start after it', async () => {
  const world = await startRuledWorld();
  await acting(world).change(NAME, { Paused: true });
  const onObject = await loadHandler('on-object', world.env, [ruleOf()]);
  await onObject(eventOf({ key: 'clips/1.mp4' }), { request_id: 'e', time_limit_in_ms: 60_000 });
  expect(await world.jobsAtCi()).toEqual([]);
});

it('the same again changes nothing, two at once pause it once', async () => {
  const world = await startRuledWorld();
  const { change, acts } = acting(world);
  await Promise.all([change(NAME, { Paused: true }), change(NAME, { Paused: true })]);
  await change(NAME, { Paused: true });
  expect(await acts()).toHaveLength(1);
  await change(NAME, { Paused: false });
  await change(NAME, { Paused: false });
  expect(await acts()).toHaveLength(2);
});

it('who did it is the name of a token', async () => {
  const world = await startRuledWorld();
  const env = { ...world.env, API_AUTH: '', API_TOKENS: `ann:${'t'.repeat(20)},${'u'.repeat(20)}` };
  const api = await loadFunction('api', env, [ruleOf()]);
  const by = (token: string) =>
    acting({
      submit: (path, ask = {}) =>
        api(path, { ...ask, headers: { ...ask.headers, authorization: `Bearer ${token.repeat(20)}` } }),
    });
  await by('t').change(NAME, { Paused: true });
  await by('u').change(NAME, { Paused: false });
  expect((await by('t').acts()).map(({ By }) => By)).toEqual(['token-2', 'ann']);
});

it.each([
  ['an unknown rule', 'nobody', { Paused: true }, 404, 'NotFound'],
  ['a time that is over', NAME, { Paused: true, Until: '2020-01-01T00:00:00Z' }, 400, 'InvalidInput'],
  ['an end of no pause', NAME, { Paused: false, Until: '2120-01-01T00:00:00Z' }, 400, 'InvalidInput'],
  ['a text', NAME, { Paused: 'true' }, 400, 'InvalidInput'],
  ['nothing', NAME, {}, 400, 'InvalidInput'],
  ['a rule that the configuration pauses', 'films', { Paused: false }, 409, 'PausedByConfiguration'],
])('%s is refused', async (_, name, body, status, code) => {
  const world = await startRuledWorld([ruleOf(), { ...films, paused: true }]);
  const answer = await acting(world).change(name, body);
  expect([answer.status, answer.json['code']]).toEqual([status, code]);
  expect(await acting(world).acts()).toEqual([]);
});
