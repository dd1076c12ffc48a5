import { expect, test as it } from 'vitest';
import { account, deployer, target } from '../../worlds/deploying.ts';

const RECHECK = 'jobwatch-dev-recheck';

it('what is deployed is described, with what somebody else added', async () => {
  const standIn = await account();
  expect((await deployer(standIn).info(target())).functions.map(({ status }) => status)).toEqual(
    Array(5).fill('absent'),
  );
  await deployer(standIn).deploy(target());
  standIn.addTimerByHand(RECHECK, { name: 'by-hand', cron: '0 0 * * * * *' });
  const { account: number, functions } = await deployer(standIn).info(target());
  expect(number).toBe('1250000000');
  expect(functions.find(({ name }) => name === 'recheck')).toMatchObject({
    cloudName: RECHECK,
    status: 'Active',
    memorySize: 128,
    timeout: 30,
    url: undefined,
    triggers: [
      'timer every-ten-seconds (*/10 * * * * * *)',
      'timer by-hand (0 0 * * * * *), made by somebody else',
    ],
  });
  expect(functions.find(({ name }) => name === 'api')?.url).toBe(standIn.urlOf('jobwatch-dev-api'));
});

it('a function is invoked once, and what it throws is told', async () => {
  const standIn = await account({
    invoke: async (name, event) => {
      if (name === 'jobwatch-dev-api') throw new Error('no bucket');
      return { name, event };
    },
  });
  await deployer(standIn).deploy(target());
  const answer = await deployer(standIn).invoke(target(), 'describe', { path: '/jobs' });
  expect(answer.error).toBeUndefined();
  expect(JSON.parse(answer.result)).toEqual({ name: 'jobwatch-dev-describe', event: { path: '/jobs' } });
  expect((await deployer(standIn).invoke(target(), 'api', {})).error).toContain('no bucket');

  standIn.calls.length = 0;
  standIn.faults.failAt(1, 'drop after');
  await expect(deployer(standIn).invoke(target(), 'describe', {})).rejects.toMatchObject({
    code: 'NetworkError',
  });
  expect(standIn.calls).toHaveLength(1);
});

it('a function that serverless.yml has not is not asked for', async () => {
  const standIn = await account();
  await expect(deployer(standIn).invoke(target(), 'nobody', {})).rejects.toThrow(
    'expected a function of serverless.yml (describe, api, callback, on-object, recheck), got nobody',
  );
  expect(standIn.calls).toEqual([]);
});

it('logs come page by page, the oldest first', async () => {
  const standIn = await account();
  await deployer(standIn).deploy(target());
  const now = Date.UTC(2026, 0, 1);
  for (let index = 0; index < 150; index++) {
    const beijing = new Date(now - index * 1000 + 8 * 3_600_000).toISOString();
    standIn.addLog({
      FunctionName: RECHECK,
      RequestId: `request-${index}`,
      StartTime: beijing.slice(0, 19).replace('T', ' '),
      RetCode: index % 3,
      Duration: 12,
      MemUsage: 1024,
      Log: `line ${index}`,
    });
  }
  const read = (limit: number) =>
    deployer(standIn).logs(target(), 'recheck', { startMs: now - 600_000, limit });
  const some = await read(120);
  expect(some.truncated).toBe(true);
  expect(some.entries).toHaveLength(120);
  expect(some.entries[0]).toMatchObject({ requestId: 'request-149', succeeded: undefined, text: 'line 149' });
  const all = await read(1000);
  expect(all.truncated).toBe(false);
  expect(all.entries.slice(-2).map(({ succeeded }) => succeeded)).toEqual([false, true]);
});
