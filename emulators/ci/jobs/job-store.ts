import type { CloudClock } from '../cloud-clock.ts';
import { KeyLock } from '../objects/key-lock.ts';
import { isEnded, type Job } from './job.ts';
import { Journal } from './journal.ts';
import { type JournalRecord, replayJobs } from './journal-record.ts';

/** Records are kept about one month [doc: console page; guess for the API]. */
const RETENTION_MS = 30 * 24 * 3_600_000;

/** Every job in memory; a change is on disk before any answer tells of it. Jobs are values: a change replaces one. */
export class JobStore {
  #jobs = new Map<string, Job>();
  readonly #hiddenUntil = new Map<string, number>();
  readonly #clock: CloudClock;
  readonly #changes = new KeyLock();
  #journal: Journal | undefined;
  readonly #onEnded: (job: Job) => void;
  #lastSeq = 0;

  /** @param onEnded is given each job that has come to its end, once that is on disk */
  constructor(clock: CloudClock, onEnded: (job: Job) => void) {
    this.#clock = clock;
    this.#onEnded = onEnded;
  }

  async open(path: string, tmp: string): Promise<void> {
    this.#journal = await Journal.open(path, tmp, (records) => {
      this.#jobs = replayJobs(records, this.#clock.now() - RETENTION_MS);
      return [...this.#jobs.values()].map((job): JournalRecord => ({ kind: 'job', job }));
    });
    for (const job of this.#jobs.values()) this.#lastSeq = Math.max(this.#lastSeq, job.Seq);
  }

  async close(): Promise<void> {
    await this.#journal?.close();
  }

  nextSeq(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** A job that answers may tell of: not hidden by a fault, not past its retention. */
  visible(id: string): Job | undefined {
    const job = this.#jobs.get(id);
    return job !== undefined && this.#isVisible(job) ? job : undefined;
  }

  all(): Job[] {
    return [...this.#jobs.values()];
  }

  allVisible(): Job[] {
    return [...this.#jobs.values()].filter((job) => this.#isVisible(job));
  }

  allOpen(): Job[] {
    return [...this.#jobs.values()].filter((job) => !isEnded(job));
  }

  async add(jobs: readonly Job[], hideForMs = 0): Promise<void> {
    if (hideForMs > 0) {
      for (const job of jobs) this.#hiddenUntil.set(job.JobId, this.#clock.now() + hideForMs);
    }
    await this.#append(jobs.map((job) => ({ kind: 'job', job })));
    for (const job of jobs) this.#jobs.set(job.JobId, job);
  }

  /**
   * Changes jobs one caller at a time, so that a cancel and a start never both win. `decide` sees the present job and
   * gives the new one, or `undefined` to leave it; when it throws, nothing changes.
   */
  change(ids: readonly string[], decide: (job: Job) => Job | undefined): Promise<Job[]> {
    return this.#changes.run('jobs', async () => {
      const changed = ids.flatMap((id) => {
        const job = this.#jobs.get(id);
        return (job && decide(job)) ?? [];
      });
      await this.#append(changed.map((job) => ({ kind: 'job', job })));
      for (const job of changed) {
        const before = this.#jobs.get(job.JobId);
        this.#jobs.set(job.JobId, job);
        if (isEnded(job) && before !== undefined && !isEnded(before)) this.#onEnded(job);
      }
      return changed;
    });
  }

  forget(ids: readonly string[]): Promise<void> {
    return this.#changes.run('jobs', async () => {
      await this.#append(ids.map((id) => ({ kind: 'forget', id })));
      for (const id of ids) this.#jobs.delete(id);
    });
  }

  #isVisible(job: Job): boolean {
    const now = this.#clock.now();
    const hiddenUntil = this.#hiddenUntil.get(job.JobId);
    if (hiddenUntil !== undefined && now < hiddenUntil) return false;
    return now - job.CreatedAt <= RETENTION_MS;
  }

  async #append(records: readonly JournalRecord[]): Promise<void> {
    if (this.#journal === undefined) throw new Error('The job store is not open.');
    await this.#journal.append(records);
  }
}
