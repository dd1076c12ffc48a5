import { setTimeout as delay } from 'node:timers/promises';
import { ApiProblem } from '../client/client.ts';
import type { components } from '../client/schema.d.ts';
import type { Cli } from './context.ts';

type Job = components['schemas']['Job'];

/** Ids in one question. */
export const IDS_AT_ONCE = 10;
/** As long as the API holds an answer. */
const HOLD_SECONDS = 20;
const BAR = 20;
const ENDS: readonly string[] = ['Success', 'Failed', 'Cancel', 'Missing'];

export interface Seen {
  readonly jobs: ReadonlyMap<string, Job>;
  readonly unknown: readonly string[];
}

/** What CI says of these jobs, tens at a time. */
export async function describeJobs(cli: Cli, ids: readonly string[], waitSeconds = 0): Promise<Seen> {
  const jobs = new Map<string, Job>();
  const unknown: string[] = [];
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const some = ids.slice(from, from + IDS_AT_ONCE);
    const { JobsDetail, NonExistJobIds } = await cli.ask(
      async () => await describeSome(cli, some, waitSeconds),
    );
    for (const job of JobsDetail) jobs.set(job.JobId, job);
    unknown.push(...NonExistJobIds);
  }
  return { jobs, unknown };
}

/** That none of them exists is an answer too. */
async function describeSome({ api, options, signal }: Cli, ids: readonly string[], waitSeconds: number) {
  const { bucket, region } = options;
  const query = {
    ...(waitSeconds === 0 ? {} : { wait: waitSeconds }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(region === undefined ? {} : { region }),
  };
  try {
    return (await api.describeJobs({ path: { ids: [...ids] }, query, signal })).body;
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.status === 404)
      return { JobsDetail: [], NonExistJobIds: [...ids] };
    throw error;
  }
}

export interface WaitOptions {
  /** stop at the first that did not end Success */
  readonly failFast?: boolean;
  /** stop at the first that ended */
  readonly any?: boolean;
}

/** Waits until all have ended; resolves with each one's outcome, '' for what is still open. */
export async function waitForJobs(
  cli: Cli,
  ids: readonly string[],
  { failFast = false, any = false }: WaitOptions,
): Promise<Map<string, string>> {
  const { terminal, options, deadlineMs, signal } = cli;
  const told = new Map<string, string>();
  for (;;) {
    const open = ids.filter((id) => !ENDS.includes(told.get(id) ?? ''));
    const ended = ids.filter((id) => !open.includes(id));
    const isOver = open.length === 0 || (any && ended.length > 0);
    const hasFailed = failFast && ended.some((id) => told.get(id) !== 'Success');
    const leftMs = deadlineMs - Date.now();
    if (isOver || hasFailed || leftMs <= 0) break;
    // The first look is at once: what has ended is told without waiting for the others.
    const holdSeconds =
      told.size === 0 || ids.length > IDS_AT_ONCE ? 0 : Math.min(HOLD_SECONDS, Math.ceil(leftMs / 1000));
    const { jobs, unknown } = await describeJobs(cli, open, holdSeconds);
    for (const id of open) {
      const state = unknown.includes(id) ? 'Missing' : (jobs.get(id)?.State ?? '');
      if (state === told.get(id)) continue;
      told.set(id, state);
      if (options.json) terminal.printJson(jobs.get(id) ?? { JobId: id, State: 'Missing' });
      else if (!terminal.isInteractive) terminal.print(`${id} ${state}`);
    }
    terminal.progress(ids.map((id) => line(cli, id, told.get(id) ?? '', jobs.get(id))));
    if (holdSeconds === 0) await delay(Math.min(1000, Math.max(leftMs, 0)), undefined, { signal });
  }
  terminal.endProgress();
  if (terminal.isInteractive)
    for (const id of ids) terminal.print(`${id} ${terminal.state(told.get(id) ?? '')}`);
  return new Map(ids.map((id) => [id, ENDS.includes(told.get(id) ?? '') ? (told.get(id) ?? '') : '']));
}

function line({ terminal }: Cli, id: string, state: string, job: Job | undefined): string {
  const percent = ENDS.includes(state) ? 100 : Number(job?.Progress ?? 0) || 0;
  const full = Math.round((percent / 100) * BAR);
  return `${id} ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(percent).padStart(3)} % ${terminal.state(state)}`;
}
