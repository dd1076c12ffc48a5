import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';

const PROCESSES_AT_ONCE = 16;
/** The two low bits of a descriptor's flags: 0 is reading only. */
const ACCESS_MODE = 0b11;

/**
 * Which of these files some process has open for writing, by their real paths. Linux alone can tell, and of the
 * processes of other users only root is told; elsewhere none is.
 */
export async function openForWriting(paths: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const limit = pLimit(PROCESSES_AT_ONCE);
  await Promise.all(processes.map((pid) => limit(() => lookAt(join('/proc', pid), paths, found))));
  return found;
}

/** What ends or is closed meanwhile, or may not be looked at, is passed over. */
async function lookAt(process: string, paths: ReadonlySet<string>, found: Set<string>): Promise<void> {
  for (const descriptor of await readdir(join(process, 'fd')).catch(() => [])) {
    const target = await readlink(join(process, 'fd', descriptor)).catch(() => '');
    if (!paths.has(target) || found.has(target)) continue;
    const info = await readFile(join(process, 'fdinfo', descriptor), 'utf8').catch(() => '');
    const [, flags = '0'] = /^flags:\s*([0-7]+)/m.exec(info) ?? [];
    if ((Number.parseInt(flags, 8) & ACCESS_MODE) !== 0) found.add(target);
  }
}
