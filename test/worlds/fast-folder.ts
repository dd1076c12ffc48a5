import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
const MIN_FREE_BYTES = 2 ** 30;

/** Where a thousand files, as of a cluster, are made fastest: in memory, if it has room and lets programs run. */
export async function fastFolder(): Promise<string> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  if (!/^\S+ \/dev\/shm tmpfs (?!\S*noexec)/m.test(mounts)) return tmpdir();
  const { bavail, bsize } = await statfs(MEMORY);
  return bavail * bsize > MIN_FREE_BYTES ? MEMORY : tmpdir();
}
