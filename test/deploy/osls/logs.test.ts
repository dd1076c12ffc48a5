import { randomBytes } from 'node:crypto';
import { expect, test as it } from 'vitest';
import { deployCommand } from '../../../deploy/osls/deploy-command.ts';
import { logsCommand } from '../../../deploy/osls/logs-command.ts';
import type { StandIn } from '../../../emulators/scf-api/start-scf.ts';
import { commandWorld } from '../../worlds/command-world.ts';

/** An invocation of recheck, as the platform tells it. */
function noteInvocation(account: StandIn, outcome: 'success' | 'running', text: string, ageMs = 60_000) {
  const startedAt = new Date(Date.now() + 8 * 3_600_000 - ageMs).toISOString().slice(0, 19).replace('T', ' ');
  const requestId = randomBytes(8).toString('hex');
  account.addLog({
    FunctionName: 'jobwatch-dev-recheck',
    RequestId: requestId,
    StartTime: startedAt,
    RetCode: outcome === 'running' ? 2 : 0,
    Duration: 12,
    MemUsage: 1,
    Log: text,
  });
  return { startedAt, requestId };
}

it('logs prints the invocations since --startTime', async () => {
  const { account, command, shown } = await commandWorld();
  await deployCommand(command());
  const { startedAt, requestId } = noteInvocation(account, 'success', 'swept\n');
  shown.stdout = '';
  await logsCommand(command({ function: 'recheck', startTime: '30s' }));
  expect(shown.stdout).toBe('');
  await logsCommand(command({ function: 'recheck', startTime: '5m' }));
  expect(shown.stdout).toBe(`${startedAt} ${requestId} success, 12 ms\nswept\n`);
});

it('logs prints more invocations than it asks for at once, each once', async () => {
  const { account, command, shown } = await commandWorld();
  await deployCommand(command());
  const requests = Array.from(
    { length: 1001 },
    (_, index) => noteInvocation(account, 'success', '', index < 600 ? 90_000 : 60_000).requestId,
  );
  shown.stdout = '';
  await logsCommand(command({ function: 'recheck' }));
  const printed = shown.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[2] ?? '');
  expect(printed.sort()).toEqual(requests.sort());
});

it('logs --tail goes on with what ends later, and shows nothing twice', async () => {
  const { account, command } = await commandWorld();
  await deployCommand(command());
  noteInvocation(account, 'running', 'not yet');
  noteInvocation(account, 'success', 'first');
  const lines: string[] = [];
  const tailing = command({ function: 'recheck', tail: true, interval: '100' });
  const writeText = (text: string | readonly string[]) => {
    lines.push(String(text).split('\n')[1] ?? '');
    if (lines.length === 2) throw new Error('enough');
    noteInvocation(account, 'success', 'second');
  };
  await expect(logsCommand({ ...tailing, out: { ...tailing.out, writeText } })).rejects.toThrow('enough');
  expect(lines).toEqual(['first', 'second']);
});

it.each([
  [{ function: 'recheck', startTime: 'yesterday' }, /--startTime: expected such as 10m.*got yesterday/],
  [{ function: 'recheck', interval: '5' }, /--interval: expected 100.*got 5/],
  [{ function: 'sweep' }, /of serverless.yml \(describe, .*got sweep/],
])('logs refuses %j', async (options, message) => {
  const { account, command } = await commandWorld();
  await expect(logsCommand(command(options))).rejects.toThrow(message);
  expect(account.calls).toEqual([]);
});
