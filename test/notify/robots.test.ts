import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { messageTo } from '../../shared/notify/robot/platform.ts';
import type { RobotKind } from '../../shared/notify/robot/robot.ts';
import { plain, say } from '../../shared/notify/robot/say.ts';
import { deliverOnce } from '../worlds/deliver-run.ts';
import { logged } from '../worlds/logged.ts';
import { startRobot } from '../worlds/robot-stand-in.ts';
import { startToldWorld } from '../worlds/told-world.ts';

const KINDS = ['wecom', 'dingtalk', 'feishu'] as const;
const SECRET = 'a secret of these tests'.replaceAll(' ', '-');

function variables(kind: RobotKind, url: string, more: object = {}): Record<string, string> {
  return {
    WEBHOOKS: JSON.stringify([{ kind, name: 'chat', url, ...more }]),
    WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
    CONSOLE_URL: 'https://jobs.example/console',
  };
}

describe.each(KINDS)('%s', (kind) => {
  const signs = kind !== 'wecom';

  it('is told of a burst in one message, with a link for each, and of the rest in the next minute', async () => {
    const world = await startToldWorld();
    const robot = await startRobot(kind, signs ? SECRET : '');
    const env = variables(kind, robot.url, signs ? { secret: SECRET } : {});
    const [first = '', ...others] = await world.watchJobs(4);
    await world.hear([first, ...others], 'Failed', 1);
    await deliverOnce(world.store, env);
    expect(robot.refused).toEqual([]);
    expect(robot.taken).toHaveLength(1);
    expect(robot.taken[0]?.title).toContain('Jobwatch: 4 failed');
    expect(robot.taken[0]?.text).toContain(`[open](https://jobs.example/console#/jobs/${first})`);
    const [late = ''] = await world.watchJobs(1);
    await world.hear([late], 'Failed', 1);
    await deliverOnce(world.store, env);
    expect(robot.taken).toHaveLength(1);
    await world.pass(61);
    await deliverOnce(world.store, env);
    expect(robot.taken.map(({ title }) => title.replaceAll('*', ''))).toEqual([
      'Jobwatch: 4 failed',
      'Jobwatch: 1 failed',
    ]);
    expect(await world.left()).toBe(0);
  });

  it('what is refused in a 200 is tried again later, and its words and address are shown nowhere', async () => {
    const world = await startToldWorld();
    const robot = await startRobot(kind);
    const env = variables(kind, robot.url);
    await world.hear(await world.watchJobs(2), 'Failed', 1);
    robot.refuse(19024);
    const lines = logged();
    expect(await deliverOnce(world.store, env)).toMatchObject({ delivered: 0, retried: 2 });
    const rows = await world.sql`select last_status, last_error, attempts from deliveries`;
    const error = `answered ${kind === 'feishu' ? 'code' : 'errcode'} 19024: expected 0`;
    expect(rows.map((row) => ({ ...row }))).toEqual(
      Array(2).fill({ last_status: 200, last_error: error, attempts: 1 }),
    );
    const [endpoint] = await world.sql`select * from endpoints`;
    expect(endpoint).toMatchObject({ kind, last_error: error });
    const said = JSON.stringify([rows, endpoint, lines]);
    for (const hidden of ['SECRET', 'key=', robot.url]) expect(said).not.toContain(hidden);
    robot.refuse(undefined);
    await world.pass(61);
    expect(await deliverOnce(world.store, env)).toMatchObject({ delivered: 2 });
    expect(robot.taken).toHaveLength(1);
  });

  it('too many messages are no failure: the robot is left alone for a minute', async () => {
    const world = await startToldWorld();
    const robot = await startRobot(kind);
    const env = variables(kind, robot.url, { digestSeconds: 10 });
    await world.hear(await world.watchJobs(1), 'Failed', 1);
    robot.refuse({ wecom: 45009, dingtalk: 130101, feishu: 9499 }[kind]);
    await deliverOnce(world.store, env);
    robot.refuse(undefined);
    await world.pass(15);
    await deliverOnce(world.store, env);
    expect(robot.taken).toEqual([]);
    await world.pass(60);
    await deliverOnce(world.store, env);
    expect(robot.taken).toHaveLength(1);
    const [row] = await world.sql`select attempts from deliveries`;
    expect(row?.['attempts']).toBe(1);
  });

  it('several instances together send what one sends', async () => {
    const world = await startToldWorld();
    const robot = await startRobot(kind);
    const env = variables(kind, robot.url);
    await world.hear(await world.watchJobs(30), 'Failed', 1);
    const stores = [world.store, world.openOwnStore(), world.openOwnStore(), world.openOwnStore()];
    await Promise.all(stores.map((store) => deliverOnce(store, env)));
    expect(robot.taken).toHaveLength(1);
    expect(robot.taken[0]?.title).toContain('30 failed');
    expect(await world.left()).toBe(0);
  });

  it('more than a message holds is cut between lines, and counted', async () => {
    const world = await startToldWorld();
    const robot = await startRobot(kind);
    await world.hear(await world.watchJobs(200), 'Failed', 1);
    await deliverOnce(world.store, variables(kind, robot.url));
    expect(robot.refused).toEqual([]);
    const [message] = robot.taken;
    expect(message?.title).toContain('200 failed');
    const lines = (message?.text ?? '').split('\n').filter((line) => line.startsWith('- '));
    const more = /… and (\d+) more/.exec(message?.text ?? '');
    expect(lines.length + Number(more?.[1] ?? 0)).toBe(200);
    for (const line of lines) expect(line.trimEnd()).toMatch(/\)$/);
  });

  it('successes are counted when they are asked for, and running jobs are not told of', async () => {
    const world = await startToldWorld();
    const robot = await startRobot(kind);
    const env = variables(kind, robot.url, {
      lang: 'zh',
      events: ['jobwatch.job.succeeded', 'jobwatch.job.failed'],
    });
    const jobs = await world.watchJobs(5);
    await world.hear(jobs, 'Running', 1);
    await world.hear(jobs.slice(1), 'Success', 2);
    await world.hear(jobs.slice(0, 1), 'Failed', 2);
    await deliverOnce(world.store, env);
    expect(robot.taken).toHaveLength(1);
    expect(robot.taken[0]?.title).toMatch(/4 个成功/);
    expect(robot.taken[0]?.title).toMatch(/1 个失败/);
    expect(robot.taken[0]?.text.match(/- \*\*/g)).toHaveLength(1);
  });
});

it('DingTalk and Feishu are signed as their documents say', () => {
  const said = { title: 't', text: 'x' };
  const at = 1_700_000_000_123;
  const ding = messageTo(
    { kind: 'dingtalk', secret: 'SEC1' },
    new URL('https://oapi.dingtalk.com/robot/send?access_token=a'),
    said,
    at,
  );
  expect(ding.url.searchParams.get('access_token')).toBe('a');
  expect(ding.url.searchParams.get('timestamp')).toBe(String(at));
  expect(ding.url.searchParams.get('sign')).toBe(
    createHmac('sha256', 'SEC1').update(`${at}\nSEC1`).digest('base64'),
  );
  const { timestamp, sign } = JSON.parse(
    Buffer.from(
      messageTo({ kind: 'feishu', secret: 's' }, new URL('https://open.feishu.cn/x'), said, at).body,
    ).toString(),
  );
  expect([timestamp, sign]).toEqual(['1700000000', createHmac('sha256', '1700000000\ns').digest('base64')]);
});

it.each([
  '<@all> now',
  '<at id=all></at>',
  '[free](http://evil.example)',
  'http://evil.example/x.mp4',
  'www.evil.example',
  '**bold** `code` # head',
  'a\u202egpj.exe\nnext line',
])('of the file name %j comes no mark, mention, link or line', (name) => {
  const shown = plain(name);
  expect(shown).not.toMatch(/[<>[\]()*`#@\n\u202e]|:\/\/|www\./);
  const data = JSON.stringify({
    Watch: { JobId: 'j1', Outcome: 'Failed', Input: { Object: name } },
    Job: { Code: 'X' },
  });
  const event = { id: 'e', type: 'jobwatch.job.failed', source: '', subject: 'j1', at: new Date(), data };
  const robot = { kind: 'wecom', secret: '', lang: 'en', digestSeconds: 60, consoleUrl: undefined } as const;
  const { text } = say(robot, [event]);
  expect(text.split('\n')).toHaveLength(1);
  expect(text).toContain(shown);
});

it.each([
  [{ kind: 'wecom', name: 'a', url: 'https://evil.example/send' }, "the platform's own hosts"],
  [{ kind: 'dingtalk', name: 'a', url: 'http://oapi.dingtalk.com/send' }, 'https'],
  [{ kind: 'slack', name: 'a', url: 'https://open.feishu.cn/x' }, 'wecom, dingtalk, feishu'],
  [{ kind: 'feishu', name: 'a', url: 'https://open.feishu.cn/x', digestSeconds: 1 }, '10 to 3600'],
  [{ kind: 'feishu', name: 'a', url: 'https://open.feishu.cn/x', lang: 'fr' }, 'en or zh'],
])('%j is refused, and its address is not shown', (endpoint, told) => {
  const read = () => readWebhooks({ WEBHOOKS: JSON.stringify([endpoint]) });
  expect(read).toThrow(told);
  expect(read).not.toThrow(endpoint.url);
});
