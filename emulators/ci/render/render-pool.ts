import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { ObjectCreated } from '../cloud.ts';
import type { CloudClock } from '../cloud-clock.ts';
import { isEnded, type Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { movedTo } from '../jobs/pretended-state.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { JobFailure } from './job-failure.ts';
import { type Rendered, renderJob } from './render-job.ts';
import type { OnProcess } from './run-ffmpeg.ts';

const CONCURRENCY = Math.min(2, availableParallelism());

export interface RenderPoolOptions {
  ffmpeg: string;
  jobs: JobStore;
  objects: ObjectStore;
  clock: CloudClock;
  tmp: string;
  log: (line: Record<string, unknown>) => void;
  objectCreated: ObjectCreated;
  /** Whether jobs are rendered at present; asked when one's turn comes. */
  isOn: () => boolean;
  onProcess: OnProcess | undefined;
}

/** Does the jobs, a few at a time, larger JobLevel first [doc], then the older one. */
export class RenderPool {
  readonly #options: RenderPoolOptions;
  readonly #limit = pLimit(CONCURRENCY);
  readonly #closing = new AbortController();
  readonly #shares = new Map<string, number>();
  readonly #turns = new Set<Promise<void>>();
  #waiting: Job[] = [];

  constructor(options: RenderPoolOptions) {
    this.#options = options;
  }

  add(job: Job): void {
    if (this.#shares.has(job.JobId) || this.#waiting.some((one) => one.JobId === job.JobId)) return;
    this.#waiting.push(job);
    const turn = this.#limit(() => this.#next()).finally(() => this.#turns.delete(turn));
    this.#turns.add(turn);
  }

  share(jobId: string): number {
    return this.#shares.get(jobId) ?? 0;
  }

  /** Kills what runs and waits until it is gone; the jobs stay as they are on disk and are taken up at the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting = [];
    await Promise.all(this.#turns);
  }

  async #next(): Promise<void> {
    const first = this.#waiting.reduce<Job | undefined>(
      (best, job) => (comesBefore(job, best) ? job : best),
      undefined,
    );
    this.#waiting = this.#waiting.filter((job) => job !== first);
    if (first === undefined || this.#closing.signal.aborted || !this.#options.isOn()) return;
    try {
      await this.#run(first.JobId);
    } catch (error) {
      this.#options.log({ level: 'error', event: 'job not done', jobId: first.JobId, error: String(error) });
    } finally {
      this.#shares.delete(first.JobId);
    }
  }

  async #run(id: string): Promise<void> {
    const { jobs, clock, log, objectCreated } = this.#options;
    this.#shares.set(id, 0);
    await jobs.change([id], (job) =>
      job.State === 'Submitted' ? movedTo(job, 'Running', clock.now()) : undefined,
    );
    const job = jobs.get(id);
    // A job found Running was cut off by a crash and is done again.
    if (job?.State !== 'Running') return;
    const rendered = await this.#render(job);
    if (this.#closing.signal.aborted) return;
    const now = clock.now();
    if (rendered instanceof JobFailure) {
      log({
        level: 'warn',
        event: 'job failed',
        jobId: id,
        code: rendered.code,
        stderr: rendered.stderr.slice(-2000),
      });
      await jobs.change([id], (last) =>
        endedOnce(last, movedTo(last, 'Failed', now, rendered.code, rendered.message)),
      );
      return;
    }
    const { mediaInfo, objects, isNumbered } = rendered;
    const results = objects.map(({ key, etag }) => ({ Key: key, Md5: etag }));
    const [first] = results;
    await jobs.change([id], (last) => {
      const done = movedTo(last, 'Success', now);
      const made = {
        MediaInfo: mediaInfo,
        ...(first === undefined ? {} : { Md5: first.Md5 }),
        ...(isNumbered ? { Results: results } : {}),
      };
      return endedOnce(last, done && { ...done, ...made });
    });
    for (const object of objects)
      objectCreated(object, 'cos:ObjectCreated:Put', { requestId: id, authorization: '' });
  }

  #render(job: Job): Promise<Rendered | JobFailure> {
    const { jobs, log } = this.#options;
    const rendering = {
      ...this.#options,
      signal: this.#closing.signal,
      isWanted: () => jobs.get(job.JobId)?.State === 'Running',
      onShare: (share: number) => this.#shares.set(job.JobId, share),
    };
    return renderJob(job, rendering, ({ message }) =>
      log({ level: 'warn', event: 'render begun anew', jobId: job.JobId, error: message }),
    );
  }
}

function comesBefore(job: Job, best: Job | undefined): boolean {
  if (best === undefined) return true;
  return job.JobLevel > best.JobLevel || (job.JobLevel === best.JobLevel && job.Seq < best.Seq);
}

/** What ended meanwhile, by the control surface, stays ended. */
function endedOnce(last: Job, next: Job | undefined): Job | undefined {
  return isEnded(last) ? undefined : next;
}
