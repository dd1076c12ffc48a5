import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FromInstance, ToInstance } from './messages.ts';

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.cjs', import.meta.url));

/** How long a function may take to load; the platform has a limit of its own for this [guess: 65 s]. */
const LOAD_TIMEOUT_MS = 65_000;

export interface InstanceOptions {
  /** The function's bundle. */
  file: string;
  exportName: string;
  memoryLimitMb: number;
  environment: Readonly<Record<string, string>>;
  /** Stop the process between events, as the platform does: what is left un-awaited does not run on. */
  freeze: boolean;
  onLine: (text: string) => void;
}

/** The process ended instead of answering. */
type Ending =
  | { kind: 'timed-out'; afterMs: number }
  | { kind: 'exited'; code: number | null; signal: NodeJS.Signals | null };

export type LoadAnswer = Extract<FromInstance, { kind: 'loaded' | 'load-failed' }> | Ending;
export type EventAnswer = Extract<FromInstance, { kind: 'returned' | 'threw' }> | Ending;

export interface Instance {
  readonly pid: number | undefined;
  /** False once it is killed or has exited. */
  readonly alive: boolean;
  /** Resolves when the function is loaded or could not be. */
  readonly loaded: Promise<LoadAnswer>;
  readonly exited: Promise<void>;
  /** Hands over one event; only after `loaded`, and only one at a time. At the timeout the process is killed. */
  run(message: ToInstance, timeoutMs: number): Promise<EventAnswer>;
  kill(): void;
}

/** Starts a process that holds one function and takes one event at a time. */
export function startInstance(options: InstanceOptions): Instance {
  const child = fork(BOOTSTRAP, [options.file, options.exportName], {
    cwd: path.dirname(options.file),
    env: options.environment,
    // Not the parent's: it may run under a TypeScript loader.
    execArgv: [`--max-old-space-size=${options.memoryLimitMb}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let alive = true;
  const exit = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => resolve({ kind: 'exited', code, signal }));
    child.once('error', () => resolve({ kind: 'exited', code: null, signal: null }));
  });
  const exited = exit.then(() => {
    alive = false;
  });
  const kill = () => {
    alive = false;
    child.kill('SIGKILL');
  };
  for (const stream of [child.stdout, child.stderr]) readLines(stream, options.onLine);

  const nextAnswer = async <T extends FromInstance>(timeoutMs: number): Promise<T | Ending> => {
    const waiting = new AbortController();
    const answer = once(child, 'message', { signal: waiting.signal }).then(
      ([message]): T => message,
      () => exit,
    );
    const timeout = new Promise<Ending>((resolve) => {
      const timer = setTimeout(() => resolve({ kind: 'timed-out', afterMs: timeoutMs }), timeoutMs);
      waiting.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    const first = await Promise.race([answer, exit, timeout]);
    waiting.abort();
    if (first.kind === 'timed-out') kill();
    return first;
  };

  return {
    pid: child.pid,
    get alive() {
      return alive;
    },
    loaded: nextAnswer(LOAD_TIMEOUT_MS),
    exited,
    async run(message, timeoutMs) {
      if (options.freeze) child.kill('SIGCONT');
      const answering = nextAnswer<Extract<EventAnswer, FromInstance>>(timeoutMs);
      child.send(message, () => undefined); // a failure to send shows as the exit
      const answer = await answering;
      // Lines printed before the answer have come through another pipe: let them be read first.
      await new Promise(setImmediate);
      if (options.freeze && alive) child.kill('SIGSTOP');
      return answer;
    },
    kill,
  };
}

function readLines(stream: Readable | null, onLine: (text: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', onLine);
}
