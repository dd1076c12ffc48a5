import type { Clock } from './clock.ts';
import { MAX_ASYNC_BYTES } from './failures.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { InvokeResult } from './invoke-result.ts';
import type { Log } from './log-entry.ts';

/** A failed asynchronous event is handed over again after about a minute [doc]. */
const RETRY_DELAY_MS = 60_000;
/** How long closing waits for the events that functions are at work on. */
const CLOSE_TIMEOUT_MS = 1000;

export interface AsyncEvents {
  /** Resolves with the last attempt, when the event is handled or given up, or when the runtime closes. */
  send(fn: HostedFunction, event: unknown): Promise<InvokeResult>;
  /** Drops what has not begun, as when the platform loses it, and lets what has begun end, within a bound. */
  close(): Promise<void>;
}

/**
 * Asynchronous delivery. Every attempt has a request id of its own: whether the platform keeps the id is not
 * documented, and this is the reading on which a function can rely less.
 */
export function asyncEvents({ schedule }: Clock, log: Log): AsyncEvents {
  /** The events that are not settled, with what gives each of them up. */
  const unsettled = new Map<AbortController, Promise<InvokeResult>>();
  let closed = false;

  async function deliver(fn: HostedFunction, event: unknown, giveUp: AbortSignal): Promise<InvokeResult> {
    const { name: functionName } = fn;
    const { retryNum } = fn.asyncTrigger;
    for (let attempt = 1; ; attempt++) {
      // With all instances at work the event waits in line until it is too old: the platform tries again for as
      // long [doc 583/39848], in an order of its own [guess].
      const result = await fn.invoke(event, { maxBytes: MAX_ASYNC_BYTES, giveUp });
      // The size is checked when the event is accepted: a later attempt would be no smaller.
      if (result.ok || result.failure.code === 'RequestTooLarge' || closed) return result;
      if (attempt <= retryNum && !giveUp.aborted) {
        log({ kind: 'retry', functionName, attempt: attempt + 1, delayMs: RETRY_DELAY_MS });
        if (await pause(RETRY_DELAY_MS, giveUp)) continue;
        if (closed) return result;
      }
      const neverRan = result.failure.code === 'ResourceLimitReached';
      const cause = neverRan || attempt <= retryNum ? 'age' : 'failures';
      log({ kind: 'dropped', functionName, attempts: attempt, cause });
      return result;
    }
  }

  /** False when given up. */
  function pause(delayMs: number, giveUp: AbortSignal): Promise<boolean> {
    if (giveUp.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = schedule(delayMs, () => resolve(true));
      giveUp.addEventListener('abort', () => {
        cancel();
        resolve(false);
      });
    });
  }

  return {
    async send(fn, event) {
      const age = new AbortController();
      if (closed) age.abort();
      const stopAging = schedule(fn.asyncTrigger.msgTTL * 1000, () => age.abort());
      const delivering = deliver(fn, event, age.signal);
      unsettled.set(age, delivering);
      try {
        return await delivering;
      } finally {
        stopAging();
        unsettled.delete(age);
      }
    },
    async close() {
      closed = true;
      for (const age of unsettled.keys()) age.abort();
      await new Promise<void>((resolve) => {
        const cancel = schedule(CLOSE_TIMEOUT_MS, resolve);
        void Promise.allSettled(unsettled.values()).then(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}
