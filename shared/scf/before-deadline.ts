import { operationsUnderWay } from '../ci/client/requests-under-way.ts';
import type { Invocation } from './invocation.ts';

/** A last word before the platform kills the run; an invocation's deadline comes well before it. */
export const LAST_WORD_MS = 100;

/** The run is over before its work is: what was under way is named, and nothing more is known. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';

  constructor() {
    super(`the function ran out of its time; ${whatIsLeft()}`);
  }
}

function whatIsLeft(): string {
  const asked = operationsUnderWay();
  return asked.length === 0 ? 'nothing more is known' : `Cloud Infinite was being asked: ${asked.join(', ')}`;
}

/**
 * Gives the work's result, or throws DeadlineExceeded shortly before the platform would kill the run. Everything that
 * waits has a limit of its own; this is for the one that was forgotten, and so that what was left is told.
 */
export async function beforeDeadline<T>(
  { getRemainingTimeInMillis }: Pick<Invocation, 'getRemainingTimeInMillis'>,
  work: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooLate = () => reject(new DeadlineExceeded());
    timer = setTimeout(tooLate, getRemainingTimeInMillis() - LAST_WORD_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
