import { MAX_ASYNC_BYTES } from './failures.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { InvokeResult } from './invoke-result.ts';
import type { Log } from './log-entry.ts';

/** A failed asynchronous event is handed over twice more, about a minute apart [doc]. */
const RETRIES = 2;
const RETRY_DELAY_MS = 60_000;

/** Runs something later; the returned function calls it off. Tests pass a clock of their own. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

export const scheduleByTimer: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

export type AsyncEvents = {
  /** Resolves with the last attempt, when the event is handled or given up, or when the runtime closes. */
  send(functionName: string, fn: HostedFunction, event: unknown): Promise<InvokeResult>;
  /** Calls off the retries that are still to come: as when the platform loses them. */
  close(): void;
};

/**
 * Asynchronous delivery. Every attempt has a request id of its own: whether the platform keeps the id is not
 * documented, and this is the reading on which a function can rely less.
 */
export function asyncEvents(schedule: Schedule, log: Log): AsyncEvents {
  const waiting = new Set<() => void>();
  let closed = false;

  /** False when called off. */
  function pause(delayMs: number): Promise<boolean> {
    if (closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (elapsed: boolean) => {
        waiting.delete(callOff);
        resolve(elapsed);
      };
      const cancel = schedule(delayMs, () => settle(true));
      const callOff = () => {
        cancel();
        settle(false);
      };
      waiting.add(callOff);
    });
  }

  return {
    async send(functionName, fn, event) {
      for (let attempt = 1; ; attempt++) {
        const result = await fn.invoke(event, { maxBytes: MAX_ASYNC_BYTES });
        // The size is checked when the event is accepted: a later attempt would be no smaller.
        const final = result.ok || result.failure.code === 'RequestTooLarge';
        if (final) return result;
        if (attempt > RETRIES) {
          log({ kind: 'dropped', functionName, attempts: attempt });
          return result;
        }
        log({ kind: 'retry', functionName, attempt: attempt + 1, delayMs: RETRY_DELAY_MS });
        if (!(await pause(RETRY_DELAY_MS))) return result;
      }
    },
    close() {
      closed = true;
      for (const callOff of waiting) callOff();
    },
  };
}
