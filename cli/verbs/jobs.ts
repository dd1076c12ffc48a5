import { writeFile } from 'node:fs/promises';
import type { Cli } from '../context.ts';
import { CliError, EXIT, type ExitCode, exitOfJobs } from '../exit-codes.ts';
import { describeJobs, IDS_AT_ONCE, type WaitOptions, waitForJobs } from '../jobs.ts';

export async function describe(
  cli: Cli,
  ids: readonly string[],
  { xml = false }: { readonly xml?: boolean },
): Promise<ExitCode> {
  const { terminal, options, t } = cli;
  if (xml) return await describeInXml(cli, ids);
  const { jobs, unknown } = await describeJobs(cli, ids);
  if (options.json) terminal.printJson({ JobsDetail: [...jobs.values()], NonExistJobIds: unknown });
  else if (jobs.size > 0)
    terminal.printTable(
      [t('job'), t('state'), t('code'), t('key')],
      [...jobs.values()].map((job) => [
        job.JobId,
        terminal.state(job.State),
        job.Code ?? '',
        textAt(job.Input, 'Object'),
      ]),
    );
  for (const id of unknown) terminal.note(t('notKnown', { id }));
  return unknown.length > 0 ? EXIT.unknown : EXIT.ok;
}

/** As CI writes it: a document for each ten. */
async function describeInXml(cli: Cli, ids: readonly string[]): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const some = ids
      .slice(from, from + IDS_AT_ONCE)
      .map(encodeURIComponent)
      .join(',');
    const text = await cli.ask(async () => await cli.textOf(`/jobs/${some}`, 'application/xml'));
    cli.terminal.print(text.trimEnd());
    if (text.includes('<NonExistJobIds>')) exit = EXIT.unknown;
  }
  return exit;
}

export async function wait(cli: Cli, ids: readonly string[], options: WaitOptions): Promise<ExitCode> {
  const outcomes = await waitForJobs(cli, ids, options);
  const ended = [...outcomes.values()].filter((outcome) => outcome !== '');
  const open = outcomes.size - ended.length;
  // What nobody waited for any more does not count.
  const isEnough =
    (options.any && ended.length > 0) || (options.failFast && ended.some((one) => one !== 'Success'));
  if (open > 0 && !isEnough) cli.terminal.note(cli.t('timeUp', { count: open }));
  return exitOfJobs(isEnough ? ended : [...outcomes.values()]);
}

export async function cancel(cli: Cli, ids: readonly string[]): Promise<ExitCode> {
  const { terminal, options, t } = cli;
  let exit: ExitCode = EXIT.ok;
  for (const id of ids) {
    const result = await cancelOne(cli, id);
    if (options.json) terminal.printJson({ JobId: id, Result: result });
    else if (result === 'canceled') terminal.print(t('canceled', { id }));
    else terminal.note(result === 'unknown' ? t('notKnown', { id }) : `${id}: ${result}`);
    if (result === 'unknown') exit = EXIT.unknown;
    else if (result !== 'canceled' && exit === EXIT.ok) exit = EXIT.other;
  }
  return exit;
}

/** What became of it: canceled, unknown, or why CI would not. */
async function cancelOne(cli: Cli, id: string): Promise<string> {
  try {
    await cli.ask(() => cli.api.cancelJobs({ path: { ids: [id] } }));
    return 'canceled';
  } catch (error) {
    if (!(error instanceof CliError) || error.exit !== EXIT.other) throw error;
    const { unknown } = await describeJobs(cli, [id]);
    return unknown.length > 0 ? 'unknown' : error.message;
  }
}

/** Where its picture can be looked at, for some minutes; with `output` the picture itself goes into that file. */
export async function open(
  cli: Cli,
  id: string,
  { output }: { readonly output?: string },
): Promise<ExitCode> {
  const { api, terminal, options, t } = cli;
  const { body } = await cli.ask(() => api.getPreview({ path: { id } }));
  if (options.json) terminal.printJson(body);
  if (body.Output === null) {
    terminal.note(t('noPicture', { id }));
    return EXIT.other;
  }
  const { Url: url } = body.Output;
  if (output !== undefined) {
    const answer = await cli.ask(async () => await fetch(url, { signal: cli.signal }));
    if (!answer.ok) throw new CliError(EXIT.other, `GET ${id}: ${answer.status}`);
    await writeFile(output, new Uint8Array(await answer.arrayBuffer()));
  }
  if (!options.json) terminal.print(output ?? url);
  return EXIT.ok;
}

function textAt(value: unknown, name: string): string {
  const text =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof text === 'string' ? text : '';
}
