import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { walkFolder } from './walk-folder.ts';

export interface WatchedFolders {
  /** Something may have happened to this file, or it is gone. */
  file: (path: string) => void;
  /** A folder cannot be watched, for want of inotify watches for example. */
  failed: (path: string, error: unknown) => void;
}

/**
 * One watcher for each folder. Node's own `recursive` would on Linux take an inotify watch for every file, and throws
 * where nobody can catch when a folder vanishes while it is being read.
 */
export class FolderWatchers {
  readonly #watched = new Map<string, { watcher: FSWatcher; inode: string }>();
  readonly #on: WatchedFolders;
  #closed = false;

  constructor(on: WatchedFolders) {
    this.#on = on;
  }

  /** Watches a folder and all below it; gives every file that is there. */
  async cover(path: string): Promise<string[]> {
    const found = new Set<string>();
    const files: string[] = [];
    await walkFolder(path, {
      folder: (folder, inode) => {
        found.add(folder);
        this.#watch(folder, inode);
      },
      file: (file) => files.push(file),
    });
    for (const folder of this.#watched.keys()) {
      if (isAtOrBelow(folder, path) && !found.has(folder)) this.#drop(folder);
    }
    return files;
  }

  close(): void {
    this.#closed = true;
    for (const folder of this.#watched.keys()) this.#drop(folder);
  }

  /** A watcher belongs to the folder that had this name when it began: after a rename another may have it. */
  #watch(folder: string, inode: string): void {
    if (this.#closed || this.#watched.get(folder)?.inode === inode) return;
    this.#drop(folder);
    try {
      const watcher = watch(folder, (event, name) => void this.#happened(folder, event, name));
      watcher.on('error', () => this.#drop(folder));
      this.#watched.set(folder, { watcher, inode });
    } catch (error) {
      this.#on.failed(folder, error);
    }
  }

  async #happened(folder: string, event: string, name: string | null): Promise<void> {
    if (name === null) return;
    const path = join(folder, name);
    if (event === 'change') {
      this.#on.file(path);
      return;
    }
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isDirectory()) {
      // It may be another folder under the old name, even with the old one's inode.
      await this.#coverAnew(path);
      return;
    }
    if (stats === undefined) this.#dropBelow(path);
    this.#on.file(path);
    // A folder that goes away itself is told of under its own name.
    if (stats === undefined && name === basename(folder)) await this.#coverAnew(folder);
  }

  async #coverAnew(path: string): Promise<void> {
    this.#dropBelow(path);
    for (const file of await this.cover(path)) this.#on.file(file);
  }

  #dropBelow(path: string): void {
    for (const folder of this.#watched.keys()) if (isAtOrBelow(folder, path)) this.#drop(folder);
  }

  #drop(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }
}

function isAtOrBelow(folder: string, path: string): boolean {
  return folder === path || folder.startsWith(path + sep);
}
