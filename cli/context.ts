import { setTimeout as delay } from 'node:timers/promises';
import { type Api, ApiProblem, createApi } from '../client/client.ts';
import type { Language } from '../shared/words/words.ts';
import { CliError, EXIT } from './exit-codes.ts';
import { type GlobalOptions, readSettings } from './settings.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { languageOf, type Translate, translate } from './text.ts';

/** A connection that is refused or reset is tried so often, within some seconds. */
const CONNECTION_TRIES = 3;
const CONNECTION_PAUSE_MS = 3000;
/** Where a refusal that may pass does not say when. */
const PAUSE_MS = 2000;

/** What a verb works with. */
export interface Cli {
  readonly api: Api;
  readonly url: string;
  readonly options: GlobalOptions;
  readonly terminal: Terminal;
  readonly language: Language;
  readonly t: Translate;
  /** unix milliseconds: `--timeout` from the start of the command */
  readonly deadlineMs: number;
  /** aborted by Ctrl-C */
  readonly signal: AbortSignal;
  /** The text of an answer in another form than JSON. @throws ApiProblem for what the API refuses with a problem */
  readonly textOf: (path: string, accept: string) => Promise<string>;
  /** Asks, and asks again what may be asked again. @throws CliError */
  readonly ask: <T>(question: () => Promise<T>) => Promise<T>;
}

export function openCli(options: GlobalOptions, signal: AbortSignal): Cli {
  const language = languageOf(process.env);
  const t = translate(language);
  const { url, token, timeoutMs } = readSettings(options, process.env, t);
  const { json = false, quiet = false, color = true } = options;
  const deadlineMs = Date.now() + timeoutMs;
  return {
    api: createApi({ url, token: () => token }),
    url,
    options,
    terminal: openTerminal({ language, quiet, json, color }),
    language,
    t,
    deadlineMs,
    signal,
    async textOf(path, accept) {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(new URL(path, url), { headers: { accept, ...authorization }, signal });
      const text = await answer.text();
      if (answer.headers.get('content-type')?.startsWith('application/problem+json'))
        throw new ApiProblem(JSON.parse(text), answer.headers);
      return text;
    },
    ask: async (question) => await askAgain(question, { url, t, deadlineMs, signal }),
  };
}

async function askAgain<T>(
  question: () => Promise<T>,
  { url, t, deadlineMs, signal }: Pick<Cli, 'url' | 't' | 'deadlineMs' | 'signal'>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await question();
    } catch (error) {
      if (error instanceof ApiProblem) {
        const pauseMs = pauseAfter(error);
        if (pauseMs === undefined || Date.now() + pauseMs > deadlineMs) throw refusal(error, url, t);
        await delay(pauseMs, undefined, { signal });
      } else {
        signal.throwIfAborted();
        if (!(error instanceof TypeError)) throw error;
        if (tries >= CONNECTION_TRIES)
          throw new CliError(EXIT.unreachable, t('unreachable', { url, reason: reasonOf(error) }));
        await delay(CONNECTION_PAUSE_MS, undefined, { signal });
      }
    }
  }
}

/** How long to wait before the same question may be asked again; undefined when it may not. */
function pauseAfter({ problem, headers }: ApiProblem): number | undefined {
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  if (problem.status === 503 || problem.status === 429 || problem.code === 'InFlight')
    return Number.isFinite(retryAfter) ? retryAfter * 1000 : PAUSE_MS;
  return undefined;
}

function refusal(error: ApiProblem, url: string, t: Translate): CliError {
  const { problem, headers } = error;
  if (problem.status === 401) return new CliError(EXIT.noToken, t('refusedToken', { url }), problem);
  if (problem.code === 'OutcomeUnknown') {
    const intent = /intent=([^&]+)/.exec(headers.get('location') ?? '')?.[1] ?? '';
    return new CliError(EXIT.inDoubt, t('inDoubt', { intent }), problem);
  }
  const mayPass = problem.status === 503 || problem.status === 504 || problem.status === 429;
  return new CliError(mayPass ? EXIT.unreachable : EXIT.other, `${problem.code}: ${problem.detail}`, problem);
}

/** Node wraps what happened: `fetch failed` says nothing. */
function reasonOf(error: TypeError): string {
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : error.message;
}
