import { DeployError } from '../cloud/api/deploy-error.ts';
import type { Osls } from './osls.ts';

/** Mistakes of ours, not of the person at the keyboard: they keep their stack. */
const OURS = [TypeError, ReferenceError];

/** The same error as osls shows it to a person: without a stack, with what to do about it. */
export function readableError(error: unknown, { classes }: Osls): unknown {
  if (error instanceof DeployError) {
    return new classes.Error([error.message, error.remedy].filter(Boolean).join('\n'), error.code);
  }
  if (!(error instanceof Error) || OURS.some((type) => error instanceof type)) return error;
  return new classes.Error(error.message, 'JOBWATCH');
}
