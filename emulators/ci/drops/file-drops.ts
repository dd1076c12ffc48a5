import type { BigIntStats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isKeyTooLong } from '../objects/check-key.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { ObjectInfo } from '../objects/sidecar.ts';
import { Candidates } from './candidates.ts';
import { announcedInfo, noteAnnounced, noteRemoved } from './drop-sidecar.ts';
import { openForWriting } from './open-for-writing.ts';

/** The ending that unfinished downloads bear until they are renamed. */
const UNFINISHED = '.part';

export interface FileDropsOptions {
  objects: ObjectStore;
  /** A file is whole when its size and time have not changed for so long and nobody has it open for writing. */
  quietMs: number;
  /** Any clock that never goes back, in milliseconds. */
  now: () => number;
  /** Tells of a new object. Returns at once. */
  announce: (info: ObjectInfo) => void;
  log: (line: Record<string, unknown>) => void;
}

/** Finds out which files of the bucket's folder were put there by hand, and announces each once, when it is whole. */
export class FileDrops {
  readonly #options: FileDropsOptions;
  readonly #root: string;
  readonly #candidates: Candidates;
  /** The state in which each file was last found to need nothing. */
  readonly #settled = new Map<string, string>();

  constructor(options: FileDropsOptions) {
    this.#options = options;
    this.#root = options.objects.folders.plain;
    this.#candidates = new Candidates(options.quietMs);
  }

  get isIdle(): boolean {
    return this.#candidates.size === 0;
  }

  /** The file at this path is new, changed or gone, or may be. */
  notice(path: string): void {
    const key = this.#keyOf(path);
    if (!key.endsWith(UNFINISHED)) this.#candidates.add(key);
  }

  /** Given all files that there are, notices those that are not as they were left, and those that are gone. */
  async compare(paths: readonly string[]): Promise<void> {
    const gone = new Set(this.#settled.keys());
    for (const path of paths) {
      const key = this.#keyOf(path);
      gone.delete(key);
      const stats = await statsOf(path);
      if (stats !== undefined && this.#settled.get(key) !== wholeState(stats)) this.notice(path);
    }
    for (const key of gone) this.#candidates.add(key);
  }

  /** Looks once at every file noticed and announces those that are whole. Must not run twice at a time. */
  async look(): Promise<void> {
    const whole: string[] = [];
    for (const key of this.#candidates.keys) if (await this.#isNewAndQuiet(key)) whole.push(key);
    if (whole.length === 0) return;
    const root = await realpath(this.#root);
    const open = await openForWriting(new Set(whole.map((key) => join(root, key))));
    for (const key of whole) {
      if (open.has(join(root, key))) this.#candidates.postpone(key, this.#options.now());
      else await this.#take(key);
    }
  }

  /** Whether there is something to announce that has kept still; what turns out to be nothing new is forgotten. */
  async #isNewAndQuiet(key: string): Promise<boolean> {
    const { objects, now } = this.#options;
    const stats = await statsOf(join(this.#root, key));
    if (stats !== undefined && !stats.isFile()) {
      this.#candidates.delete(key);
      return false;
    }
    if (!this.#candidates.isQuiet(key, stillState(stats), now())) return false;
    if (stats === undefined) {
      this.#candidates.delete(key);
      this.#settled.delete(key);
      await noteRemoved(objects, key);
      return false;
    }
    const known = await announcedInfo(objects, key);
    if (known === undefined) return true;
    this.#markSettled(key, stats);
    // The last process was killed, or its listener failed, before this one was delivered.
    if (known.delivered === false && !objects.announced.has(key)) this.#announce(known);
    return false;
  }

  async #take(key: string): Promise<void> {
    const { objects, log } = this.#options;
    const stats = await statsOf(join(this.#root, key));
    if (stats === undefined) return;
    this.#markSettled(key, stats);
    if (isKeyTooLong(key)) {
      log({ level: 'warn', event: 'file is no object', key, error: 'its key is too long' });
      return;
    }
    try {
      const info = await noteAnnounced(objects, key);
      if (info !== undefined) this.#announce(info);
    } catch (error) {
      log({ level: 'warn', event: 'file not read', key, error: String(error) });
    }
    // Written to while it was read: what is announced, if anything, is no longer what is there.
    if (stillState(await statsOf(join(this.#root, key))) !== stillState(stats)) this.#candidates.add(key);
  }

  /** Nothing is to be done until the file changes; a change from now on makes it a candidate again. */
  #markSettled(key: string, stats: BigIntStats): void {
    this.#candidates.delete(key);
    this.#settled.set(key, wholeState(stats));
  }

  #announce(info: ObjectInfo): void {
    const { announce, objects } = this.#options;
    objects.announced.add(info.key);
    announce(info);
  }

  #keyOf(path: string): string {
    return relative(this.#root, path).split(sep).join('/');
  }
}

async function statsOf(path: string): Promise<BigIntStats | undefined> {
  return lstat(path, { bigint: true }).catch(() => undefined);
}

/**
 * What must stay the same for a file to count as whole. One that is gone must stay gone, since editors take a file away
 * and put it back.
 */
function stillState(stats: BigIntStats | undefined): string {
  return stats === undefined ? 'gone' : `${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}

/** With the time of change, so that a file that could not be read is tried again once its rights are others. */
function wholeState(stats: BigIntStats): string {
  return `${stillState(stats)}:${stats.ctimeNs}`;
}
