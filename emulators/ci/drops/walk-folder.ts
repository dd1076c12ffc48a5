import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Visit {
  /** Called before the folder's entries are read. */
  folder: (path: string, inode: string) => void;
  file: (path: string) => void;
}

/** Visits every real folder and file; links are not followed, and what vanishes meanwhile is passed over. */
export async function walkFolder(path: string, visit: Visit): Promise<void> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  if (!stats?.isDirectory()) return;
  visit.folder(path, String(stats.ino));
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const below = join(path, entry.name);
    if (entry.isFile()) visit.file(below);
    else if (entry.isDirectory()) await walkFolder(below, visit);
  }
}
