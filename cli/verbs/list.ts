import { setTimeout as delay } from 'node:timers/promises';
import type { Asked } from '../../client/client.ts';
import type { components } from '../../client/schema.d.ts';
import type { Cli } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

type Watch = components['schemas']['ListedWatch'];
type Query = NonNullable<Asked<'listWatches'>['query']>;

const DEFAULT_LIMIT = 50;
const MOST_A_PAGE = 200;
const REFRESH_MS = 2000;
/** Of a terminal that does not say how many it has. */
const DEFAULT_ROWS = 24;
const AGO = /^(\d{1,5})(m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The filters of a list, as flags give them. */
export interface Filters {
  readonly open?: boolean;
  readonly state?: string;
  readonly outcome?: string;
  readonly rule?: string;
  readonly code?: string;
  readonly input?: string;
  readonly intent?: string;
  readonly since?: string;
}

export interface ListOptions extends Filters {
  readonly limit?: string;
  readonly all?: boolean;
}

/** As a query wants them. A time may be told as how long ago it was: `24h`. */
export function queryOf({ open, state, outcome, rule, code, input, intent, since }: Filters): Query {
  return {
    ...(open ? { open: 'true' as const } : {}),
    ...(state === undefined ? {} : { state: state.split(',') }),
    ...(outcome === undefined ? {} : { outcome: outcome.split(',') as NonNullable<Query['outcome']> }),
    ...(rule === undefined ? {} : { rule }),
    ...(code === undefined ? {} : { code: code.split(',') }),
    ...(input === undefined ? {} : { input: input.endsWith('*') ? input : `${input}*` }),
    ...(intent === undefined ? {} : { intent }),
    ...(since === undefined ? {} : { since: timeOf(since) }),
  };
}

/** A time as it is, or so long ago. */
export function timeOf(text: string): string {
  const [, number, unit = ''] = AGO.exec(text) ?? [];
  return number === undefined
    ? text
    : new Date(Date.now() - Number(number) * (UNIT_MS[unit] ?? 0)).toISOString();
}

export async function list(cli: Cli, { limit, all, ...filters }: ListOptions): Promise<ExitCode> {
  const { terminal, options, t } = cli;
  const query = queryOf(filters);
  const most = all ? Number.POSITIVE_INFINITY : Number(limit ?? DEFAULT_LIMIT);
  const watches: Watch[] = [];
  let cursor = '';
  do {
    const size = Math.min(MOST_A_PAGE, most - watches.length);
    const page = { ...query, limit: size, ...(cursor === '' ? {} : { cursor }) };
    const { body } = await cli.ask(() => cli.api.listWatches({ query: page, signal: cli.signal }));
    if (options.json) for (const watch of body.Watches) terminal.printJson(watch);
    watches.push(...body.Watches);
    cursor = body.NextCursor;
  } while (cursor !== '' && watches.length < most);
  if (!options.json) {
    if (watches.length > 0)
      terminal.printTable(
        headsOf(cli),
        watches.map((watch) => rowOf(cli, watch)),
      );
    if (cursor !== '') terminal.note(t('more'));
  }
  return EXIT.ok;
}

/** The newest, again and again; a line for each that has changed where nobody looks. */
export async function watch(cli: Cli, filters: Filters): Promise<ExitCode> {
  const { terminal, signal } = cli;
  const isScreen = process.stdout.isTTY === true && !cli.options.json;
  const told = new Map<string, string>();
  if (isScreen) process.stdout.write('\x1b[?1049h');
  try {
    for (;;) {
      const query = { ...queryOf(filters), limit: DEFAULT_LIMIT };
      const { body } = await cli.ask(() => cli.api.listWatches({ query, signal }));
      if (isScreen) {
        process.stdout.write('\x1b[H\x1b[2J');
        terminal.printTable(
          headsOf(cli),
          body.Watches.slice(0, (process.stdout.rows || DEFAULT_ROWS) - 2).map((one) => rowOf(cli, one)),
        );
      } else {
        for (const one of body.Watches.toReversed()) {
          const text = JSON.stringify(one);
          if (told.get(one.JobId || one.Intent) !== text) terminal.printJson(one);
          told.set(one.JobId || one.Intent, text);
        }
      }
      await delay(REFRESH_MS, undefined, { signal });
    }
  } finally {
    if (isScreen) process.stdout.write('\x1b[?1049l');
  }
}

function headsOf({ t }: Cli): string[] {
  return [t('job'), t('key'), t('state'), t('rule'), t('size'), t('when')];
}

function rowOf({ terminal }: Cli, watch: Watch): string[] {
  return [
    watch.JobId || watch.Intent,
    watch.InputKey,
    terminal.state(watch.Outcome || watch.State || 'Submitted') +
      (watch.Outcome === 'Failed' ? ` ${watch.Code}` : ''),
    watch.Rule,
    watch.OutputBytes === null ? '' : `${Math.ceil(watch.OutputBytes / 1024)} KB`,
    (watch.EndedAt ?? watch.CreatedAt).replace('T', ' ').slice(0, 19),
  ];
}
