import { setTimeout as delay } from 'node:timers/promises';
import { CALLBACK } from '../control/fault.ts';
import type { FaultList } from '../control/fault-list.ts';
import type { RequestStats } from '../control/request-stats.ts';
import type { Job } from '../jobs/job.ts';
import type { Where } from '../jobs/job-detail.ts';
import type { QueueNotice } from '../jobs/queue.ts';
import { isLoopbackName } from '../loopback.ts';
import { withTimeLimit } from '../time-limit.ts';
import { type CallbackBody, callbackBody } from './callback-body.ts';

/** How long a receiver may take [guess]. */
const TIMEOUT_MS = 5_000;

export interface CallbackOptions extends Where {
  faults: FaultList;
  stats: RequestStats;
  log: (line: Record<string, unknown>) => void;
  timeoutMs: number | undefined;
  settings: CallbackSettings;
  /** whom the queue tells where a job names nobody */
  queueNotice: () => QueueNotice | undefined;
}

/** How callbacks in JSON are written; set on the control surface for all buckets. */
export interface CallbackSettings {
  /** `collapsed`: a list of one is the one, and nothing is empty [doc]; `native`: as a project's log of 2026-10 had it */
  json: 'collapsed' | 'native';
}

/** Tells submitters that their job has ended. Once: a notice that does not arrive is lost [doc: no retry is promised]. */
export class Callbacks {
  readonly #options: CallbackOptions;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: CallbackOptions) {
    this.#options = options;
  }

  /** Returns at once; nothing is sent for a job that asked for no callback. */
  send(job: Job): void {
    const queue = this.#options.queueNotice();
    const url = job.CallBack ?? queue?.url ?? 'no';
    if (url === 'no' || this.#closing.signal.aborted) return;
    const format = job.CallBack === undefined ? queue?.format : job.CallBackFormat;
    const sending = this.#send(job, url, format).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Breaks off what is under way: those notices are lost. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  async #send(job: Job, url: string, format: 'JSON' | 'XML' = 'XML'): Promise<void> {
    const { faults, stats } = this.#options;
    const fault = faults.take(CALLBACK, `/${job.JobId}`);
    if (fault?.kind === 'drop') {
      stats.calledBack('dropped');
      return;
    }
    const isOn = await delay(fault?.delayMs ?? 0, true, { signal: this.#closing.signal }).catch(() => false);
    if (!isOn) return;
    const body = callbackBody(job, this.#options, format === 'XML' ? 'xml' : this.#options.settings.json);
    const times = fault?.kind === 'duplicate' ? 2 : 1;
    await Promise.all(Array.from({ length: times }, () => this.#post(job.JobId, url, body)));
  }

  /** The address is not logged: it may hold the receiver's token. */
  async #post(jobId: string, url: string, { contentType, text }: CallbackBody): Promise<void> {
    const { stats, log, timeoutMs = TIMEOUT_MS } = this.#options;
    // A job of some test or some mistaken configuration must not make this machine call others.
    if (!isLoopbackName(new URL(url).hostname)) {
      stats.calledBack('refused');
      log({ level: 'warn', event: 'callback not sent', jobId, error: 'its address is not on this machine' });
      return;
    }
    try {
      const status = await withTimeLimit(timeoutMs, this.#closing.signal, async (signal) => {
        const headers = { 'content-type': contentType };
        const answer = await fetch(url, { method: 'POST', headers, body: text, redirect: 'manual', signal });
        await answer.body?.cancel();
        return answer.status;
      });
      stats.calledBack(String(status));
      log({ event: 'callback', jobId, status });
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      stats.calledBack('failed');
      log({ level: 'warn', event: 'callback failed', jobId, error: reasonOf(error) });
    }
  }
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
