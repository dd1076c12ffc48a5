import { killAndRestart } from './kill.ts';
import { BUCKETS, type BucketName, RETRIED_CODE } from './places.ts';
import type { Killable } from './plan/killable.ts';
import type { Mischief } from './plan/step.ts';
import type { Tally } from './tally.ts';
import { control, setUp } from './world/cloud-state.ts';
import type { World } from './world/world.ts';

/** Lets things go wrong. */
export class Mischiefs {
  readonly #world: World;
  readonly #tally: Tally;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #failures: unknown[] = [];
  readonly #rateResets: number[] = [];

  constructor(world: World, tally: Tally) {
    this.#world = world;
    this.#tally = tally;
  }

  /** When turns may be handed out anew, by a clock that never jumps: the database's was moved, or lost its last commits. */
  get rateResets(): readonly number[] {
    return this.#rateResets;
  }

  async do(mischief: Mischief): Promise<void> {
    const { cloudStates, front } = this.#world;
    switch (mischief.do) {
      case 'kill':
        return this.#kill(mischief.what, mischief.pick, mischief.downMs);
      case 'faults':
        if (mischief.name !== '') this.#tally.count('faults', mischief.name);
        cloudStates[mischief.bucket].faults = mischief.faults;
        return await this.#tellCloud(mischief.bucket);
      case 'events':
        if (mischief.name !== '') this.#tally.count('faults', `events ${mischief.name}`);
        cloudStates[mischief.bucket].events = mischief.faults;
        return await this.#tellCloud(mischief.bucket);
      case 'hang':
        if (mischief.on) this.#tally.count('faults', 'a bucket hangs');
        return front.hang(mischief.bucket, mischief.on);
      case 'mood':
        if (mischief.mood !== 'fine') this.#tally.count('faults', `receiver: ${mischief.mood}`);
        return await this.#world.setMood(mischief.mood);
      case 'clock':
        this.#tally.count('faults', `clock of the ${mischief.of}`);
        return await (mischief.of === 'database'
          ? this.moveDatabaseClock(mischief.offsetMs)
          : this.moveCloudClocks(mischief.offsetMs));
      case 'fail':
        return await this.#failOne(mischief.pick);
    }
  }

  async moveDatabaseClock(offsetMs: number): Promise<void> {
    this.#rateResets.push(performance.now());
    await this.#world.database.shiftClock(offsetMs);
  }

  async moveCloudClocks(offsetMs: number): Promise<void> {
    for (const bucket of BUCKETS) {
      this.#world.cloudStates[bucket].offsetMs = offsetMs;
      await this.#tellCloud(bucket);
    }
  }

  /** Nothing goes wrong any more, and everything is up. @throws when something could not be started again */
  async end(): Promise<void> {
    await Promise.all(this.#underWay.values());
    if (this.#failures.length > 0) throw this.#failures[0];
    await this.#world.setMood('fine');
    for (const bucket of BUCKETS) {
      this.#world.front.hang(bucket, false);
      Object.assign(this.#world.cloudStates[bucket], { faults: [], events: {} });
      await setUp(this.#world.portOf(bucket), this.#world.cloudStates[bucket]);
    }
  }

  /** One that is away is told when it comes back. */
  async #tellCloud(bucket: BucketName): Promise<void> {
    await setUp(this.#world.portOf(bucket), this.#world.cloudStates[bucket]).catch(() => undefined);
  }

  /** In the background: what else is to happen goes on meanwhile. What is down already is not killed twice. */
  #kill(what: Killable, pick: number, downMs: number): void {
    const name = what.replace(/:.*/, '');
    if (this.#underWay.has(name)) return;
    if (name === 'postgres') this.#rateResets.push(performance.now());
    const done = killAndRestart(this.#world, what, pick, downMs).then(
      (killed) => {
        if (killed) this.#tally.count('kills', what);
        this.#underWay.delete(name);
      },
      (error: unknown) => void this.#failures.push(error),
    );
    this.#underWay.set(name, done);
  }

  /** CI cannot do a job, for a reason that may pass. */
  async #failOne(pick: number): Promise<void> {
    const bucket = BUCKETS[0];
    const port = this.#world.portOf(bucket);
    try {
      const { jobs } = await control<{ jobs: { JobId: string; State: string }[] }>(port, 'GET', 'jobs');
      const open = jobs.filter(({ State }) => State === 'Submitted' || State === 'Running');
      const job = open[Math.floor(pick * open.length)];
      if (job === undefined) return;
      const failed = { state: 'Failed', code: RETRIED_CODE, message: 'failed by the soak' };
      await control(port, 'PATCH', `jobs/${job.JobId}`, failed);
      this.#tally.count('faults', 'a job fails');
    } catch {
      // The cloud is away.
    }
  }
}
