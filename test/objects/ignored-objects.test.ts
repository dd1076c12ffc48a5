import { describe, expect, it } from 'vitest';
import { loadHandler } from '../worlds/load-function.ts';
import { logged } from '../worlds/logged.ts';
import { eventOf } from '../worlds/object-events.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';

const CONTEXT = { request_id: 'event', time_limit_in_ms: 60_000 };

/** A world, and its on-object, which takes events as they are. */
async function startOnObject() {
  const rules = [ruleOf()];
  const world = await startRuledWorld(rules);
  const onObject = await loadHandler('on-object', world.env, rules);
  return {
    ...world,
    take: (event: unknown, context: object = {}) => onObject(event, { ...CONTEXT, ...context }),
  };
}

/** An event of clips/a.mp4 whose record was changed. */
function eventWith(change: (record: { cos: Record<string, object>; event: object }) => unknown) {
  const { Records } = JSON.parse(JSON.stringify(eventOf({ key: 'clips/a.mp4' })));
  return { Records: Records.map(change) };
}

/** As documented, and as it was in 2019: nothing but short codes. */
const withShortCodes = (kind: string, host: string) =>
  eventWith(({ cos, event }) => ({
    cos: {
      ...cos,
      cosObject: { ...cos['cosObject'], url: `http://${BUCKET}.${host}.myqcloud.com/clips/a.mp4` },
      cosBucket: { region: 'gz', name: 'media', appid: '1250000000' },
    },
    event: { ...event, eventQueue: `qcs:0:${kind}:gz:appid/1250000000:default.on-object.$LATEST` },
  }));

describe('one job is made', () => {
  it.each([
    ['of the documented event', withShortCodes('scf', `cos.${REGION}`), {}],
    ['of the event as it was in 2019', withShortCodes('lambda', 'cosgz'), {}],
    [
      "of an event that names no region, in the function's own",
      eventWith(({ cos, event }) => ({
        cos: {
          ...cos,
          cosObject: { ...cos['cosObject'], url: '' },
          cosBucket: { name: 'media', appid: '1250000000' },
        },
        event: { ...event, eventQueue: '' },
      })),
      { tencentcloud_region: REGION },
    ],
    [
      'of a record without a meta',
      eventWith(({ cos, event }) => ({
        cos: { ...cos, cosObject: { ...cos['cosObject'], meta: null } },
        event,
      })),
      {},
    ],
    ['of a clip whose ending is written in capitals', eventOf({ key: 'clips/IMG_0001.MP4' }), {}],
  ])('%s', async (_, event, context) => {
    const { take, inputsAtCi } = await startOnObject();
    expect(await take(event, context)).toMatchObject({ intended: 1 });
    expect(await inputsAtCi()).toHaveLength(1);
  });
});

it('what is not taken is logged with its reason', async () => {
  const { take } = await startOnObject();
  const lines = logged();
  const keys = ['clips/x.txt', 'clips/._IMG_1.mp4', 'clips/.Trash/a.mp4', 'clips/sub/', 'elsewhere/x.txt'];
  const empty = { key: 'clips/a.mp4', size: 0 };
  const unsayable = { key: 'clips/\u0001.mp4' };
  const event = eventOf(...keys.map((key) => ({ key })), empty, unsayable);
  expect(await take(event)).toMatchObject({ intended: 0, ignored: 7 });
  const told = lines().flatMap(({ message, key, reason, code }) =>
    message === 'object' ? [[key, reason, code]] : [],
  );
  expect(told).toEqual([
    ['clips/x.txt', 'no rule takes .txt', 'NotTaken'],
    ['clips/._IMG_1.mp4', 'a name that begins with a dot is hidden', 'NotTaken'],
    ['clips/.Trash/a.mp4', 'a name that begins with a dot is hidden', 'NotTaken'],
    ['clips/sub/', 'it is a folder', 'NotTaken'],
    ['elsewhere/x.txt', 'no rule is for it', undefined],
    ['clips/a.mp4', 'the object is empty', 'NotTaken'],
    ['clips/\u0001.mp4', expect.stringContaining('Input.Object'), 'NotTaken'],
  ]);
});

it("an object in a rule's bucket and in a region of none warns, with both", async () => {
  const { take } = await startOnObject();
  const lines = logged();
  const event = eventWith(({ cos, event }) => ({
    cos: { ...cos, cosBucket: { ...cos['cosBucket'], cosRegion: 'ap-beijing' } },
    event,
  }));
  expect(await take(event)).toMatchObject({ intended: 0, ignored: 1 });
  expect(lines().filter(({ code }) => code === 'OtherRegion')).toMatchObject([
    { level: 'warn', bucket: BUCKET, region: 'ap-beijing', expected: [REGION] },
  ]);
});

describe('a record that cannot be used costs itself alone, with one line that says why', () => {
  const good = eventOf({ key: 'clips/good.mp4' }).Records;

  it.each([
    ['a time beyond all', eventWith(({ cos, event }) => ({ cos, event: { ...event, eventTime: 1e300 } }))],
    ['a NUL', eventOf({ key: 'clips/\0.mp4' })],
    ['nothing in it', { Records: [null] }],
    ['parts that are none', { Records: [{ cos: 1, event: [] }] }],
  ])('%s', async (_, { Records }) => {
    const { take, inputsAtCi } = await startOnObject();
    const lines = logged();
    expect(await take({ Records: [...Records, ...good] })).toMatchObject({ intended: 1, ignored: 1 });
    expect(await inputsAtCi()).toEqual(['clips/good.mp4']);
    expect(lines().filter(({ code }) => code === 'UnreadableRecord')).toMatchObject([
      { level: 'warn', reason: expect.stringContaining('expected') },
    ]);
  });

  it('one that PostgreSQL refuses', async () => {
    const { take, sql, inputsAtCi } = await startOnObject();
    await sql.unsafe(`
      create function refuse_one() returns trigger language plpgsql as $$ begin
        if new.request::text like '%clips/a.mp4%' then
          raise exception 'no equivalent' using errcode = 'untranslatable_character'; end if;
        return new;
      end $$;
      create trigger refuse_one before insert on intents for each row execute function refuse_one()`);
    const lines = logged();
    const { Records } = eventOf({ key: 'clips/a.mp4' });
    expect(await take({ Records: [...Records, ...good] })).toMatchObject({ intended: 1, ignored: 1 });
    expect(await inputsAtCi()).toEqual(['clips/good.mp4']);
    expect(lines().filter(({ code }) => code === 'UnreadableRecord')).toMatchObject([
      { key: 'clips/a.mp4', reason: 'the database cannot keep it: no equivalent' },
    ]);
  });
});
