import { operationsUnderWay } from '../ci/client/requests-under-way.ts';
import type { Invocation } from './invocation.ts';

/** A run fails this long before the platform would kill it; an invocation's own deadline comes well before that. */
export const TIMEOUT_MARGIN_MS = 100;

/** The time was up before the work was done: what was under way is named, and nothing more is known. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';

  constructor() {
    super(`the function ran out of its time; ${describeUnfinished()}`);
  }
}

function describeUnfinished(): string {
  const asked = operationsUnderWay();
  return asked.length === 0 ? 'nothing more is known' : `Cloud Infinite was being asked: ${asked.join(', ')}`;
}

/**
 * Gives the work's result, or throws DeadlineExceeded shortly before the platform would kill the run. Everything that
 * waits has a limit of its own: this is for what has none by mistake, so that the log names it.
 */
export async function beforeDeadline<T>(
  { getRemainingTimeInMillis }: Pick<Invocation, 'getRemainingTimeInMillis'>,
  work: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooLate = () => reject(new DeadlineExceeded());
    timer = setTimeout(tooLate, getRemainingTimeInMillis() - TIMEOUT_MARGIN_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
