import { readdir, readFile } from 'node:fs/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** The leader of its process group. */
  readonly group: number;
  /** One letter, as the kernel has it: R, S, T for stopped. */
  readonly state: string;
  readonly command: string;
}

/** Every process of this machine that has not ended, by the kernel's own list; Linux only. */
export async function commandLines(): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(readProcess));
  return found.filter((one) => one !== undefined);
}

async function readProcess(pid: string): Promise<RunningProcess | undefined> {
  const [stat, command] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ]);
  // Behind the name in parentheses, which may hold anything.
  const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || state === 'Z') return undefined;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    state,
    command: command.replaceAll('\0', ' ').trim(),
  };
}
