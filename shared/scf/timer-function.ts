import type { Clock } from '../clock.ts';
import type { LogLevel } from '../config.ts';
import { createLog } from '../log.ts';
import { type Invocation, readInvocation } from './invocation.ts';

export type TimerFunction<T> = (event: unknown, context: unknown) => Promise<T>;

/**
 * Makes a cloud function of what a timer runs. The event says nothing that we need; a failure is logged and thrown, so
 * that the platform counts it. What is returned is written to the platform's log: it has no secrets.
 */
export function timerFunction<T>(
  run: (invocation: Invocation) => Promise<T>,
  settings: { readonly logLevel: LogLevel },
  clock: Clock,
): TimerFunction<T> {
  return async (_event, context) => {
    const invocation = readInvocation(context, clock, (requestId) =>
      createLog(settings.logLevel, { requestId }),
    );
    try {
      return await run(invocation);
    } catch (error) {
      invocation.log.error('failed', { error });
      throw error;
    }
  };
}
