import { spawn } from 'node:child_process';

/** Reads lists of process ids, one a line; at the end of input signals those of the last line. */
const SIGNAL_AT_END_OF_INPUT =
  'while read -r line; do pids=$line; done; [ -z "$pids" ] || kill -s "$0" $pids';

export interface ProcessGuard {
  /** Answers for a process; the returned function says that it has ended. */
  watch(pid: number): () => void;
  close(): void;
}

/**
 * Ends other processes when this one ends without having done so, by `kill -9` or by a crash. An instance notices by
 * itself that the runtime is gone, but not while it is frozen or in an endless loop, and PostgreSQL never does; so a
 * small shell in a session of its own holds the other end of a pipe and signals when the pipe closes.
 *
 * @param signal KILL for what has nothing to lose, INT for PostgreSQL to shut down
 */
export function startProcessGuard(signal: 'KILL' | 'INT'): ProcessGuard {
  if (process.platform === 'win32') return { watch: () => () => undefined, close: () => undefined };
  const shell = spawn('/bin/sh', ['-c', SIGNAL_AT_END_OF_INPUT, signal], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  shell.on('error', () => undefined); // without a shell, instances still notice by themselves when not frozen
  shell.stdin.on('error', () => undefined);
  const pids = new Set<number>();
  const writePids = () => shell.stdin.write(`${[...pids].join(' ')}\n`);
  return {
    watch(pid) {
      pids.add(pid);
      writePids();
      return () => {
        pids.delete(pid);
        writePids();
      };
    },
    close() {
      shell.stdin.end();
    },
  };
}
