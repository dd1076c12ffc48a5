import type { Cli } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit-codes.ts';
import { type Filters, queryOf } from './list.ts';

export interface RetryOptions extends Filters {
  readonly dryRun?: boolean;
}

/** These jobs, or all that match. */
export async function retry(
  cli: Cli,
  ids: readonly string[],
  { dryRun, ...filters }: RetryOptions,
): Promise<ExitCode> {
  const hasFilter = Object.keys(filters).length > 0;
  if (hasFilter === ids.length > 0)
    throw new CliError(EXIT.usage, 'retry: job ids, or filters such as --code and --since');
  return hasFilter || dryRun
    ? await retryMany(cli, ids, filters, dryRun ?? false)
    : await retryEach(cli, ids);
}

async function retryEach(cli: Cli, ids: readonly string[]): Promise<ExitCode> {
  const { api, terminal, options, t } = cli;
  let exit: ExitCode = EXIT.ok;
  for (const id of ids) {
    try {
      const { body } = await cli.ask(() => api.retryJob({ path: { id }, body: {} }));
      if (options.json) terminal.printJson({ JobId: id, ...body });
      else terminal.print(t('retried', { id, intent: body.Intent }));
    } catch (error) {
      if (!(error instanceof CliError) || error.problem === undefined) throw error;
      const isUnknown = 'code' in error.problem && error.problem.code === 'NotFound';
      if (!isUnknown) throw error;
      exit = EXIT.unknown;
      if (options.json) terminal.printJson({ JobId: id, Result: 'unknown' });
      terminal.note(t('notKnown', { id }));
    }
  }
  return exit;
}

async function retryMany(
  cli: Cli,
  ids: readonly string[],
  filters: Filters,
  DryRun: boolean,
): Promise<ExitCode> {
  const { api, terminal, options, t } = cli;
  const { open: _, state: __, ...Filter } = queryOf(filters);
  const what = ids.length > 0 ? { JobIds: [...ids] } : { Filter };
  const { body } = await cli.ask(() => api.orderRetries({ body: { ...what, DryRun } }));
  if (options.json) terminal.printJson(body);
  else if (body.Count === 0) terminal.note(t('nothingMatches'));
  else terminal.print(t(DryRun ? 'matching' : 'ordered', { count: body.Count, id: body.Id ?? '' }));
  return EXIT.ok;
}
