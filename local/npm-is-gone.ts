import { readFileSync } from 'node:fs';

/** npm runs a script through a shell, and the shell may run a loader that runs us. */
const MAX_DISTANCE = 5;

/**
 * Watches for the death of the `npm start` that this process belongs to. npm passes signals on, but a `kill -9` it
 * cannot; the shell between npm and us would then live on, and we below it. Our own parent is watched on every
 * system, npm itself where /proc tells who is whose parent.
 *
 * @returns a function that says whether npm is gone; without npm it never is
 */
export function watchNpm(): () => boolean {
  if (process.env['npm_lifecycle_event'] === undefined) return () => false;
  const parent = process.ppid;
  const link = linkToNpm();
  return () => process.ppid !== parent || (link !== undefined && parentOf(link.child) !== link.npm);
}

/** npm and the process that npm started, as far as they can be found. */
function linkToNpm(): { child: number; npm: number } | undefined {
  let child = process.pid;
  for (let distance = 0; distance < MAX_DISTANCE; distance++) {
    const parent = parentOf(child);
    if (parent === undefined) return undefined;
    if (/^npm\b/.test(read(`/proc/${parent}/cmdline`) ?? '')) return { child, npm: parent };
    child = parent;
  }
  return undefined;
}

function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // After the name in parentheses, which may hold anything, come the state and the parent.
  const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
