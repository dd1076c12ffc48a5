import { expect, test as it } from 'vitest';
import { deployCommand, planCommand } from '../../../deploy/osls/deploy-command.ts';
import { infoCommand } from '../../../deploy/osls/info-command.ts';
import { invokeCommand } from '../../../deploy/osls/invoke-command.ts';
import { removeCommand } from '../../../deploy/osls/remove-command.ts';
import { samplePackages } from '../../worlds/cloud-sample.ts';
import { commandWorld } from '../../worlds/command-world.ts';

it('deploy --plan shows every step and changes nothing', async () => {
  const { account, command, shown } = await commandWorld();
  await planCommand(command());
  expect(shown.stdout).toMatch(/^Plan for jobwatch, stage dev, ap-guangzhou, account \d+:$/m);
  expect(shown.stdout).toMatch(/^ {2}describe: create jobwatch-dev-describe/m);
  expect(account.writes()).toEqual([]);
});

it('deploy says what it did and where the functions answer, and then that nothing had to change', async () => {
  const { account, command, shown } = await commandWorld();
  await deployCommand(command());
  expect(shown.stderr).toContain('recheck: create timer every-ten-seconds');
  expect(shown.stdout).toContain(`api          ${account.urlOf('jobwatch-dev-api')}\n`);
  shown.stderr = '';
  await deployCommand(command());
  expect(shown.stderr).toContain('Nothing had to change');
  await planCommand(command());
  expect(shown.stdout).toContain('nothing would change');
});

it('deploy function brings one function up to date and no other', async () => {
  const { account, command, service } = await commandWorld();
  await deployCommand(command());
  account.calls.length = 0;
  const changed = samplePackages(service, 'describe', 'api');
  await deployCommand(command({ function: 'describe' }, { packages: changed }));
  expect(account.writes().every((write) => write.endsWith(' jobwatch-dev-describe'))).toBe(true);
  expect(account.writes()).toContain('UpdateFunctionCode jobwatch-dev-describe');
});

it('info shows each function with its state, its URL and its triggers', async () => {
  const { account, command, shown } = await commandWorld();
  await infoCommand(command());
  expect(shown.stdout).toContain('describe: absent');
  await deployCommand(command());
  shown.stdout = '';
  await infoCommand(command());
  expect(shown.stdout).toContain(
    'describe: Active, jobwatch-dev-describe, Nodejs20.19, 128 MB, at most 30 s\n',
  );
  expect(shown.stdout).toContain(`  ${account.urlOf('jobwatch-dev-describe')}\n`);
  expect(shown.stdout).toContain('  timer every-ten-seconds (*/10 * * * * * *)\n');
});

it('invoke sends the event and prints what the function returns', async () => {
  const { command, shown } = await commandWorld();
  await deployCommand(command());
  shown.stdout = '';
  await invokeCommand(command({ function: 'describe', data: '{"n":1}' }));
  expect(JSON.parse(shown.stdout)).toMatchObject({ event: { n: 1 } });
});

it('deploy and remove fail when what they did does not show in the account', async () => {
  const { command } = await commandWorld();
  const { deployer } = command();
  const late = { done: ['x: y'], left: ['x: y'], notes: [] };
  const pretender = {
    ...deployer,
    deploy: async () => ({ ...late, urls: {} }),
    remove: async () => late,
  };
  await expect(deployCommand(command({}, { deployer: pretender }))).rejects.toThrow(/do not show.*\nx: y/);
  await expect(removeCommand(command({ yes: true }, { deployer: pretender }))).rejects.toThrow(/do not show/);
});
