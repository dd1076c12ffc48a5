import { ServiceError } from '../service/service-error.ts';

/** Why nothing can be started, as one sentence for the person at the keyboard: no stack belongs to it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Whether the message alone tells a person what to mend. */
export function isOneSentence(error: unknown): error is Error {
  return error instanceof StartError || error instanceof ServiceError;
}
