import type { CloudClock } from '../cloud-clock.ts';
import { isEnded, type Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import { movedTo, stateByAsks, stateByTime } from './pretended-state.ts';

/** How jobs move on: by really being rendered, or, for tests, by the clock or by how often they were asked about. */
export type ProgressMode =
  | { mode: 'ffmpeg' }
  | { mode: 'time'; queuedMs: number; runningMs: number }
  | { mode: 'asks'; n: number };

export interface Renderer {
  add(job: Job): void;
  /** 0 to 1 of a job that is being rendered. */
  share(jobId: string): number;
}

/** Moves jobs on. Only `ffmpeg` makes pictures; it leaves jobs made by the control surface as they are. */
export class Progress {
  #mode: ProgressMode;
  /** whether the queue begins no job at present */
  readonly #isPaused: () => boolean;
  readonly #firstMode: ProgressMode;
  readonly #asks = new Map<string, number>();
  readonly #jobs: JobStore;
  readonly #clock: CloudClock;
  readonly #renderer: Renderer;

  constructor(
    jobs: JobStore,
    clock: CloudClock,
    renderer: Renderer,
    mode: ProgressMode = { mode: 'ffmpeg' },
    isPaused = () => false,
  ) {
    this.#isPaused = isPaused;
    this.#mode = mode;
    this.#firstMode = mode;
    this.#jobs = jobs;
    this.#clock = clock;
    this.#renderer = renderer;
  }

  get mode(): ProgressMode {
    return this.#mode;
  }

  /** The mode holds for every open job from now on; rendering takes up whatever was left open. */
  setMode(mode: ProgressMode): void {
    this.#mode = mode;
    this.created(this.#jobs.allOpen());
  }

  /** As it was at the start. */
  reset(): void {
    this.setMode(this.#firstMode);
  }

  /** New jobs, or those found open at a start. */
  created(jobs: readonly Job[]): void {
    if (this.#mode.mode !== 'ffmpeg') return;
    for (const job of jobs) if (job.Scripted === undefined && job.State !== 'Pause') this.#renderer.add(job);
  }

  renderedShare(jobId: string): number {
    return this.#renderer.share(jobId);
  }

  /** Brings the named jobs to where they should be by now; to be called before they are told of. */
  async advance(ids: readonly string[]): Promise<void> {
    if (this.#mode.mode === 'ffmpeg') return;
    const late = ids.filter((id) => {
      const job = this.#jobs.get(id);
      return job !== undefined && this.#moved(job) !== undefined;
    });
    if (late.length > 0) await this.#jobs.change(late, (job) => this.#moved(job));
  }

  async advanceAll(): Promise<void> {
    if (this.#mode.mode === 'ffmpeg') return;
    await this.advance(this.#jobs.allOpen().map((job) => job.JobId));
  }

  /** These jobs are being told of once: counts for `asks`. */
  asked(jobs: readonly Job[]): void {
    if (this.#mode.mode !== 'asks') return;
    for (const { JobId } of jobs) this.#asks.set(JobId, (this.#asks.get(JobId) ?? 0) + 1);
  }

  #moved(job: Job): Job | undefined {
    const mode = this.#mode;
    if (mode.mode === 'ffmpeg' || isEnded(job) || job.State === 'Pause') return undefined;
    if (job.State === 'Submitted' && this.#isPaused()) return undefined;
    const outcome = job.Scripted ?? 'Success';
    const state =
      mode.mode === 'time'
        ? stateByTime(this.#clock.now() - job.CreatedAt, mode, outcome)
        : stateByAsks(this.#asks.get(job.JobId) ?? 0, mode.n, outcome);
    return movedTo(job, state, this.#clock.now());
  }
}
