import type { Cli } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

export async function overview(cli: Cli, window: '1h' | '24h' | '7d' | '30d'): Promise<ExitCode> {
  const { api, terminal, options, t } = cli;
  const { body } = await cli.ask(() => api.getOverview({ query: { window } }));
  if (options.json) {
    terminal.printJson(body);
    return EXIT.ok;
  }
  const { Open, Ended, FailureCodes, Sweep } = body;
  const open = Object.values(Open).reduce((sum, count) => sum + count, 0);
  const ended = Object.entries(Ended).map(([outcome, count]) => `${terminal.state(outcome)} ${count}`);
  terminal.print(`${t('open')}: ${open}`);
  terminal.print(`${t('ended', { window })}: ${ended.join(', ')}`);
  terminal.print(`${t('lastSweep')}: ${Sweep?.At ?? '–'}`);
  if (FailureCodes.length > 0)
    terminal.printTable(
      [t('code'), t('rule'), t('count'), t('job')],
      FailureCodes.map(({ Code, Rule, Count, LatestJobId }) => [Code, Rule, String(Count), LatestJobId]),
    );
  return EXIT.ok;
}

export async function rules(cli: Cli): Promise<ExitCode> {
  const { api, terminal, options, t } = cli;
  const { body } = await cli.ask(() => api.listRules({}));
  if (options.json) for (const rule of body.Rules) terminal.printJson(rule);
  else if (body.Rules.length > 0)
    terminal.printTable(
      [t('name'), t('catches'), t('state'), t('thisHour'), t('waiting')],
      body.Rules.map((rule) => [
        rule.Name,
        `${rule.Bucket}/${rule.Prefix}*`,
        t(rule.Paused ? 'paused' : rule.BrakedSince === null ? 'running' : 'braked'),
        `${rule.JobsThisHour} / ${rule.MaxJobsPerHour ?? '–'}`,
        String(rule.Waiting),
      ]),
    );
  return EXIT.ok;
}

export async function endpoints(cli: Cli): Promise<ExitCode> {
  const { api, terminal, options, t } = cli;
  const { body } = await cli.ask(() => api.listEndpoints({}));
  if (options.json) for (const endpoint of body.Endpoints) terminal.printJson(endpoint);
  else if (body.Endpoints.length > 0)
    terminal.printTable(
      [t('name'), t('state'), t('pending'), t('dead'), t('lastAnswer')],
      body.Endpoints.map(({ Name, DisabledAt, Pending, Dead, LastStatus, LastError }) => [
        Name,
        t(DisabledAt === null ? 'on' : 'off'),
        String(Pending),
        String(Dead),
        [LastStatus ?? '', LastError].join(' ').trim(),
      ]),
    );
  return EXIT.ok;
}
