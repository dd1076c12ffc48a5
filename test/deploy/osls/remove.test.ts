import { PassThrough } from 'node:stream';
import { expect, test as it } from 'vitest';
import { deployCommand } from '../../../deploy/osls/deploy-command.ts';
import { removeCommand } from '../../../deploy/osls/remove-command.ts';
import { commandWorld } from '../../worlds/command-world.ts';
import { reducedTo } from '../../worlds/deploying.ts';

/** Somebody at a terminal who types this once they are asked, and then leaves. */
function somebody(typed: string, onQuestion: () => void = () => undefined) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = Object.assign(new PassThrough(), { isTTY: true });
  let seen = '';
  stdout.on('data', (part) => {
    seen += part;
    if (!seen.includes('(y/N)') || stdin.writableEnded) return;
    onQuestion();
    stdin.end(typed);
  });
  return { stdin, stdout, seen: () => seen };
}

it('where nobody can be asked it wants --yes', async () => {
  const { account, command, service, shown } = await commandWorld();
  await deployCommand(command());
  account.calls.length = 0;
  await expect(
    removeCommand(command(), { stdin: new PassThrough(), stdout: new PassThrough() }),
  ).rejects.toThrow(/expected --yes, .*jobwatch, stage dev/);
  expect(account.calls).toEqual([]);
  expect(account.functions()).toHaveLength(service.functions.length);
  await removeCommand(command({ yes: true }));
  expect(account.functions()).toEqual([]);
  await removeCommand(command({ yes: true }));
  expect(shown.stderr).toContain('There was nothing to remove');
});

it('on a terminal all that would go is named before the question, and yes removes it', async () => {
  const { account, command, shown } = await commandWorld();
  await deployCommand(command());
  const names = account.functions();
  account.calls.length = 0;
  shown.stdout = '';
  const atQuestion: unknown[] = [];
  const terminal = somebody('yes\n', () => atQuestion.push(shown.stdout, account.writes()));
  // What serverless.yml has no more goes too, and is named.
  await removeCommand(command({}, { service: reducedTo('describe') }), terminal);
  expect(atQuestion).toEqual([shown.stdout, []]);
  expect(shown.stdout).toMatch(/^Removing jobwatch, stage dev, ap-guangzhou, account \d+:$/m);
  for (const name of names) expect(shown.stdout).toContain(`  ${name}: delete the function`);
  expect(account.functions()).toEqual([]);
});

it.each(['\n', 'n\n', 'yess\n', 'not y\n', '', '\u0003', '\u0004'])('%j removes nothing', async (typed) => {
  const { account, command, shown } = await commandWorld();
  await deployCommand(command({}, { service: reducedTo('describe') }));
  account.calls.length = 0;
  await removeCommand(command(), somebody(typed));
  expect(shown.stderr).toContain('Nothing was removed');
  expect(account.writes()).toEqual([]);
});

it('where there is nothing nobody is asked', async () => {
  const { command, shown } = await commandWorld();
  const terminal = somebody('yes\n');
  await removeCommand(command(), terminal);
  expect(shown.stdout).toContain('  there is nothing to remove');
  expect(terminal.seen()).toBe('');
});
