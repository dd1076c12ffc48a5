import type { EventAnswer, LoadAnswer } from './instance.ts';

/** Why an event failed, by the platform's status [doc 583/35311]. */
export const FAILURE_STATUS = {
  RequestTooLarge: 406,
  ResponseTooLarge: 407,
  UserCodeException: 430,
  ResourceLimitReached: 432,
  TimeLimitReached: 433,
  MemoryLimitReached: 434,
  /** ended by a signal, or by itself: the platform tells them alike */
  ProcessKilled: 439,
  ProcessExited: 439,
} as const;

export interface InvokeFailure {
  readonly code: keyof typeof FAILURE_STATUS;
  readonly message: string;
  /** The function's own stack, for the log; it never leaves over HTTP. */
  readonly stack?: string;
}

/** The exit code of a process that aborted, where a shell tells it. */
const ABORTED = 134;

/** 6 MB each way for synchronous events, 128 KB for asynchronous ones [doc]. */
export const MAX_SYNC_BYTES = 6 * 1024 * 1024;
export const MAX_ASYNC_BYTES = 128 * 1024;

export function requestTooLarge(bytes: number, limit: number): InvokeFailure {
  return { code: 'RequestTooLarge', message: `The event has ${bytes} bytes: expected at most ${limit}` };
}

export function responseTooLarge(bytes: number): InvokeFailure {
  return {
    code: 'ResponseTooLarge',
    message: `The function returned ${bytes} bytes: expected at most ${MAX_SYNC_BYTES}`,
  };
}

export function noInstanceFree(max: number): InvokeFailure {
  return { code: 'ResourceLimitReached', message: `All ${max} instances of the function stayed busy` };
}

/** The failure that an instance's answer stands for. */
export function failureOf(
  answer: Exclude<LoadAnswer | EventAnswer, { kind: 'loaded' | 'returned' }>,
): InvokeFailure {
  switch (answer.kind) {
    case 'load-failed':
    case 'threw': {
      const { type, message, stack } = answer.error;
      return {
        code: 'UserCodeException',
        message: `${type}: ${message}`,
        ...(stack === undefined ? {} : { stack }),
      };
    }
    case 'timed-out':
      return {
        code: 'TimeLimitReached',
        message: `Invoking task timed out after ${answer.afterMs / 1000} seconds`,
      };
    case 'exited':
      // V8 aborts when the heap that memorySize allows is full.
      if (answer.signal === 'SIGABRT' || answer.code === ABORTED)
        return {
          code: 'MemoryLimitReached',
          message: 'The function used more memory than memorySize allows',
        };
      return answer.signal === null
        ? { code: 'ProcessExited', message: `The function's process exited with code ${answer.code}` }
        : { code: 'ProcessKilled', message: `The function's process was killed by ${answer.signal}` };
  }
}
