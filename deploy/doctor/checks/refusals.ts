import { CiError } from '../../../shared/ci/ci-error.ts';
import { DeployError } from '../../cloud/api/deploy-error.ts';
import { type Finding, wrong } from '../finding.ts';

/** What it means that COS or CI refuse an action; any other error is thrown again. */
export function deniedBecause(error: unknown, about: string, action: string): Finding {
  if (!(error instanceof CiError) || error.kind !== 'denied') throw error;
  return wrong(`${about}: ${error.reason}`, `The credentials need ${action}: see docs/permissions.md.`);
}

/** What it means that the API of SCF, STS or CAM answers with an error; any other is thrown again. */
export function refusedBecause(error: unknown, about: string): Finding {
  if (!(error instanceof DeployError)) throw error;
  return wrong(`${about}: ${error.code}`, error.remedy);
}
