import type { Bundle } from '../../deploy/build/bundle.ts';
import type { LogEntry } from '../../emulators/scf/log-entry.ts';
import type { ReceiverEntry } from '../receiver/receiver-entry.ts';
import { RecentlySeen } from '../receiver/recently-seen.ts';
import { formatCloudLine, formatIgnored, formatLogEntry } from './format-log-entry.ts';
import { formatReceived, printable } from './format-received.ts';

export interface ConsoleOutput {
  /** One step of starting, for a person to read. */
  say(text: string): void;
  /** A line that is written over itself on a terminal, and otherwise one line per change. */
  progress(text: string): void;
  /** What was built, or why it could not be. */
  sayBundles(result: readonly Bundle[] | Error): void;
  /** What happens in the functions. */
  log(entry: LogEntry): void;
  /** What happens in the local Cloud Infinite + COS. */
  logCloud(line: Readonly<Record<string, unknown>>): void;
  /** What has come to the receiver of events. */
  logReceived(entry: ReceiverEntry): void;
  /** From now on successful requests are shown too, not only trouble. */
  startLog(): void;
  /** From now on only what is said is shown: what ends while everything is stopped is no news. */
  stopLog(): void;
}

/** The console of `npm start`. With `json` every log entry is one line of JSON. */
export function consoleOutput({ json }: { json: boolean }): ConsoleOutput {
  let logging = json;
  let stopped = false;
  let overwriting = false;
  const ignoredBefore = new RecentlySeen();
  const say = (text: string) => {
    if (overwriting) process.stdout.write('\n');
    overwriting = false;
    console.log(text);
  };
  return {
    say,
    progress(text) {
      if (!process.stdout.isTTY) return say(text);
      process.stdout.write(`\r\x1b[K${text}`);
      overwriting = true;
    },
    sayBundles(result) {
      if (result instanceof Error) return say(`build    ${result.message}`);
      say(`built    ${result.map(({ name, bytes }) => `${name} ${Math.ceil(bytes / 1000)} KB`).join(', ')}`);
    },
    log(entry) {
      if (stopped) return;
      if (json) return say(JSON.stringify({ time: new Date().toISOString(), ...entry }));
      if (!logging && entry.kind === 'request') return;
      const ignored = formatIgnored(entry);
      // Every write of such an object is ignored anew, and shown once.
      if (ignored !== undefined && ignoredBefore.add(ignored)) return;
      if (ignored !== undefined) return say(ignored);
      const text = formatLogEntry(entry);
      if (text !== undefined) say(`${clockTime()} ${text}`);
    },
    logCloud(line) {
      if (stopped) return;
      if (json) return say(JSON.stringify({ time: new Date().toISOString(), kind: 'cloud', ...line }));
      const text = formatCloudLine(line);
      if (text !== undefined) say(`${clockTime()} ${text}`);
    },
    logReceived(entry) {
      // A person was told that it stops; for a program the line is all that is left of the event.
      if (stopped && !json) return;
      // JSON escapes fewer characters than a terminal obeys.
      const text = json ? printable(JSON.stringify({ time: new Date().toISOString(), ...entry })) : undefined;
      say(text ?? formatReceived(entry));
    },
    startLog() {
      logging = true;
    },
    stopLog() {
      stopped = true;
    },
  };
}

function clockTime(): string {
  return new Date().toLocaleTimeString('en-GB');
}
