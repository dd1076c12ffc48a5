import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

// Never through a symbolic link, and without waiting: a named pipe dropped into the bucket must not hang a request.
// Both flags are absent on Windows.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const NOTHING_THERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO', 'ENAMETOOLONG']);

/** Opens a file for reading; `undefined` when there is none. Any other trouble, such as no rights, is thrown. */
export async function openPlain(path: string): Promise<FileHandle | undefined> {
  return open(path, FLAGS).catch((error: NodeJS.ErrnoException) => {
    if (NOTHING_THERE.has(error.code ?? '')) return undefined;
    throw error;
  });
}
