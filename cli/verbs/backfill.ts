import { setTimeout as delay } from 'node:timers/promises';
import type { Answered, Problem } from '../../client/client.ts';
import type { Cli } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exit-codes.ts';
import { timeOf } from './list.ts';

type Progress = Answered<'getBackfill'>['body'];

const PAUSE_MS = 1000;
const BAR = 20;

export interface BackfillOptions {
  readonly rule: string;
  readonly prefix?: string;
  readonly since?: string;
  readonly until?: string;
  readonly dryRun?: boolean;
  readonly cancel?: boolean;
}

/** Orders a backfill and follows it to its end; one that is under way already is followed instead. */
export async function backfill(cli: Cli, options: BackfillOptions): Promise<ExitCode> {
  const { api, terminal, t } = cli;
  const { rule, prefix, since, until, dryRun = false, cancel = false } = options;
  const body = {
    Rule: rule,
    DryRun: dryRun,
    ...(prefix === undefined ? {} : { Prefix: prefix }),
    ...(since === undefined ? {} : { ModifiedSince: timeOf(since) }),
    ...(until === undefined ? {} : { ModifiedUntil: timeOf(until) }),
  };
  // What is under way is named by the refusal of another; one that only counts costs nothing where there is none.
  const ordered = await order(cli, cancel ? { ...body, DryRun: true } : body);
  if (cancel) {
    const { body: progress } = await cli.ask(() => api.cancelBackfill({ path: { id: ordered.id } }));
    if (!ordered.isNew) return tell(cli, progress);
    terminal.note(t('backfillNone', { rule }));
    return EXIT.ok;
  }
  if (!ordered.isNew) terminal.note(t('backfillUnderWay', { rule }));
  let before = '';
  for (;;) {
    const { body: progress } = await cli.ask(() =>
      api.getBackfill({ path: { id: ordered.id }, signal: cli.signal }),
    );
    const text = JSON.stringify(progress);
    if (text !== before) show(cli, progress);
    before = text;
    if (progress.State !== 'Running' && progress.Left === 0) return tell(cli, progress);
    if (Date.now() > cli.deadlineMs) {
      terminal.endProgress();
      terminal.note(t('backfillGoesOn', { id: ordered.id }));
      return EXIT.timeout;
    }
    await delay(PAUSE_MS, undefined, { signal: cli.signal });
  }
}

interface Body {
  readonly Rule: string;
  readonly DryRun: boolean;
}

/** Ordered by an earlier command, it is found by what the API says of it. */
async function order(
  { api, ask }: Cli,
  body: Body,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  try {
    const { body: ordered } = await ask(() => api.orderBackfill({ body }));
    return { id: ordered.Id, isNew: true };
  } catch (error) {
    const known = error instanceof CliError ? (error.problem as Problem | undefined) : undefined;
    const [, id] =
      known?.code === 'BackfillUnderWay' ? (/backfills\/([0-9a-f-]{36})/.exec(known.detail) ?? []) : [];
    if (id === undefined) throw error;
    return { id, isNew: false };
  }
}

function show({ terminal, options, t }: Cli, progress: Progress): void {
  const { Caught, Known, Submitted, Left } = progress;
  if (options.json) {
    terminal.printJson(progress);
    return;
  }
  const done = Caught === 0 ? 0 : (Known + Submitted - Left) / Caught;
  const bar = '█'.repeat(Math.round(done * BAR)).padEnd(BAR, '░');
  if (terminal.isInteractive) terminal.progress([`${bar} ${line(progress, t)}`]);
  else terminal.note(line(progress, t));
}

function tell({ terminal, options, t }: Cli, progress: Progress): ExitCode {
  terminal.endProgress();
  if (!options.json) terminal.print(line(progress, t));
  if (progress.LastError !== '') terminal.note(progress.LastError);
  return progress.LastError === '' ? EXIT.ok : EXIT.other;
}

function line({ DryRun, Listed, Caught, Known, Submitted, Left }: Progress, t: Cli['t']): string {
  const values = { listed: Listed, caught: Caught, known: Known, submitted: Submitted, left: Left };
  return t(DryRun ? 'backfillWould' : 'backfillCounts', values);
}
