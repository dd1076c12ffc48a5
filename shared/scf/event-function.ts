import type { Clock } from '../clock.ts';
import type { LogLevel } from '../config.ts';
import { createLog } from '../log.ts';
import { beforeDeadline } from './before-deadline.ts';
import { type Invocation, readInvocation } from './invocation.ts';

export type EventFunction<T> = (event: unknown, context: unknown) => Promise<T>;

/**
 * Makes a cloud function of what a timer or an object event runs. A failure is logged and thrown, so that the platform
 * counts it and tries again; so is a run that is not back in time. What is returned is written to the platform's log: it has no secrets.
 */
export function eventFunction<T>(
  run: (event: unknown, invocation: Invocation) => Promise<T>,
  settings: { readonly logLevel: LogLevel },
  clock: Clock,
): EventFunction<T> {
  return async (event, context) => {
    const invocation = readInvocation(context, clock, (requestId) =>
      createLog(settings.logLevel, { requestId }),
    );
    try {
      return await beforeDeadline(invocation, run(event, invocation));
    } catch (error) {
      invocation.log.error('the run failed', { error });
      throw error;
    }
  };
}
