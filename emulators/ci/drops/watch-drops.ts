import { performance } from 'node:perf_hooks';
import { FileDrops, type FileDropsOptions } from './file-drops.ts';
import { FolderWatchers } from './folder-watchers.ts';

/** Longer than the gaps of a copy under way, short for somebody who waits. */
const QUIET_MS = 500;
/** For what the watchers miss, and for file systems that notify of nothing. */
const SCAN_EVERY_MS = 10_000;
const LOOKS_PER_QUIET = 2;

export interface DropOptions extends Pick<FileDropsOptions, 'objects' | 'announce' | 'log'> {
  quietMs?: number | undefined;
  scanEveryMs?: number | undefined;
}

export interface DropWatch {
  /** Waits for the look that is under way. */
  close(): Promise<void>;
}

/** Watches the bucket's folder for files put there by hand, those put while nothing ran included. */
export function watchDrops(options: DropOptions): DropWatch {
  const { objects, log, quietMs = QUIET_MS, scanEveryMs = SCAN_EVERY_MS } = options;
  const drops = new FileDrops({ ...options, quietMs, now: () => performance.now() });
  let closed = false;
  let looking: Promise<void> | undefined;
  let lookTimer: NodeJS.Timeout | undefined;
  let scanTimer: NodeJS.Timeout | undefined;
  let hasWarned = false;

  const watchers = new FolderWatchers({
    file: (path) => {
      drops.notice(path);
      lookSoon();
    },
    failed: (folder, error) => {
      if (!hasWarned)
        log({ level: 'warn', event: 'folder not watched', folder, scanEveryMs, error: String(error) });
      hasWarned = true;
    },
  });

  function lookSoon(): void {
    if (closed || drops.isIdle) return;
    lookTimer ??= setTimeout(() => {
      looking = drops
        .look()
        .catch((error: unknown) =>
          log({ level: 'error', event: 'new files not announced', error: String(error) }),
        )
        .finally(() => {
          lookTimer = undefined;
          lookSoon();
        });
    }, quietMs / LOOKS_PER_QUIET);
  }

  async function scan(): Promise<void> {
    try {
      await drops.compare(await watchers.cover(objects.folders.plain));
    } catch (error) {
      log({ level: 'error', event: 'folder not scanned', error: String(error) });
    }
    lookSoon();
    if (closed) return;
    scanTimer = setTimeout(() => {
      scanning = scan();
    }, scanEveryMs);
  }
  let scanning = scan();

  return {
    async close() {
      closed = true;
      clearTimeout(lookTimer);
      clearTimeout(scanTimer);
      watchers.close();
      await Promise.all([looking, scanning]);
    },
  };
}
