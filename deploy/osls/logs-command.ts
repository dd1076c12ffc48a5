import { setTimeout as sleep } from 'node:timers/promises';
import { functionNamed } from '../../service/service.ts';
import { parseBeijingTime } from '../cloud/look/beijing-time.ts';
import type { LogEntry } from '../cloud/look/function-logs.ts';
import type { CloudCommand } from './cloud-command.ts';

/** Invocations asked for at once. */
const ENTRIES_AT_ONCE = 1000;
/** How late the log of an invocation that has ended may appear [guess]. */
const LATE_MS = 60_000;
const DEFAULT_START = '10m';
const DEFAULT_INTERVAL = '1000';
/** The API is not to be asked more often than this with `--tail`. */
const MIN_INTERVAL_MS = 100;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `logs`: what a function logged since `--startTime`; with `--tail` also what it logs from now on. */
export async function logsCommand({ service, deployer, options, out }: CloudCommand): Promise<void> {
  const { name, timeout } = functionNamed(service, options['function']);
  let startMs = startOf(options['startTime'] ?? DEFAULT_START, Date.now());
  const pauseMs = intervalOf(options['interval'] ?? DEFAULT_INTERVAL);
  const shown = new Set<string>();
  for (;;) {
    const page = await deployer.logs({ service }, name, { startMs, limit: ENTRIES_AT_ONCE });
    for (const entry of page.entries) {
      // One that still runs is shown as soon as it has ended.
      if (shown.has(entry.requestId) || (options['tail'] === true && entry.succeeded === undefined)) continue;
      shown.add(entry.requestId);
      out.writeText(textOf(entry));
    }
    const last = page.entries.at(-1);
    if (page.truncated && last !== undefined) {
      startMs = Math.max(startMs + 1000, parseBeijingTime(last.startedAt));
      continue;
    }
    if (options['tail'] !== true) return;
    await sleep(pauseMs);
    startMs = Math.max(startMs, Date.now() - timeout * 1000 - LATE_MS);
  }
}

function textOf({ requestId, startedAt, durationMs, succeeded, text }: LogEntry): string {
  const outcome = succeeded === undefined ? 'running' : succeeded ? 'success' : 'FAILED';
  return `${startedAt} ${requestId} ${outcome}, ${durationMs} ms\n${text.trimEnd()}`.trimEnd();
}

/** `10m`, `2h`, or a time that JavaScript reads. */
function startOf(given: unknown, now: number): number {
  const [, count, unit = ''] = /^(\d+)([smh])$/.exec(String(given)) ?? [];
  const start = count === undefined ? Date.parse(String(given)) : now - Number(count) * (UNIT_MS[unit] ?? 0);
  if (Number.isFinite(start)) return start;
  throw new Error(`--startTime: expected such as 10m, 2h or 2026-01-31T12:00:00Z, got ${given}`);
}

function intervalOf(given: unknown): number {
  const interval = Number(given);
  if (Number.isInteger(interval) && interval >= MIN_INTERVAL_MS) return interval;
  throw new Error(`--interval: expected ${MIN_INTERVAL_MS} milliseconds or more, got ${given}`);
}
