import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface PartOptions {
  readonly name: string;
  /** In this folder; gets its settings as JSON in SOAK, since a command line is seen by everybody. */
  readonly script: string;
  readonly settings: object;
  /** Shows on its command line whose it is. */
  readonly folder: string;
  readonly logFile: string;
  readonly onLine?: (line: string) => void;
}

/** One part of the stack: a process that is killed and started again. */
export class Part {
  readonly name: string;
  readonly #options: PartOptions;
  readonly #log: WriteStream;
  #process: ChildProcess | undefined;

  constructor(options: PartOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Resolves when it says `ready`; rejects when it ends before. */
  async start(): Promise<void> {
    const { script, settings, folder } = this.#options;
    const file = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', file, folder], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', SOAK: JSON.stringify(settings) },
      // It ends when the channel closes, however we end.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#take(line));
    }
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${this.name} ended with ${signal ?? code} before it was ready`);
    });
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => undefined);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** @returns how it ended: 0 when it stopped as it should */
  async stop(): Promise<number | null> {
    const code = await this.#end('SIGTERM');
    this.#log.end();
    return code;
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? 0;
    const ended = once(child, 'close');
    child.kill(signal);
    const [code] = await ended;
    return code;
  }

  #take(line: string): void {
    this.#log.write(`${new Date().toISOString()} ${line}\n`);
    this.#options.onLine?.(line);
  }
}
