import { spawn } from 'node:child_process';

/** Reads the process ids of the living, one list a line; at the end of input kills those of the last line. */
const KILL_AT_END_OF_INPUT = 'while read -r line; do pids=$line; done; [ -z "$pids" ] || kill -KILL $pids';

export type InstanceGuard = {
  watch(pid: number, exited: Promise<void>): void;
  close(): void;
};

/**
 * Ends the instances when this process ends without having done so, by `kill -9` or by a crash. An instance notices
 * by itself that the runtime is gone, but not while it is frozen or in an endless loop; so a small shell in a
 * session of its own holds the other end of a pipe and kills when the pipe closes.
 */
export function startInstanceGuard(): InstanceGuard {
  if (process.platform === 'win32') return { watch: () => undefined, close: () => undefined };
  const shell = spawn('/bin/sh', ['-c', KILL_AT_END_OF_INPUT], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  shell.on('error', () => undefined); // without a shell, instances still notice by themselves when not frozen
  shell.stdin.on('error', () => undefined);
  const living = new Set<number>();
  const tell = () => shell.stdin.write(`${[...living].join(' ')}\n`);
  return {
    watch(pid, exited) {
      living.add(pid);
      tell();
      void exited.then(() => {
        living.delete(pid);
        tell();
      });
    },
    close() {
      shell.stdin.end();
    },
  };
}
