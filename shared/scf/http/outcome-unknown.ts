import { CiError } from '../../ci/ci-error.ts';
import { Problem } from './problem.ts';

/** A submission that CI may have taken: the caller must look before submitting again, since each job costs money. */
export function outcomeUnknown(error: unknown): never {
  if (error instanceof CiError && !error.withoutEffect) {
    throw new Problem(
      504,
      'OutcomeUnknown',
      `Cloud Infinite may or may not have taken the job: ${error.message}; look with GET /jobs?tag=&inputObject= before you submit again`,
    );
  }
  throw error;
}
