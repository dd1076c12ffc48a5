import { CiError } from '../../../shared/ci/ci-error.ts';
import { DeployError } from '../../cloud/api/deploy-error.ts';
import { type Finding, wrong } from '../finding.ts';

/** The finding for an action that COS or CI deny; any other error is thrown again. */
export function permissionMissing(error: unknown, about: string, action: string): Finding {
  if (!(error instanceof CiError) || error.kind !== 'denied') throw error;
  return wrong(`${about}: ${error.reason}`, `The credentials need ${action}: see docs/permissions.md.`);
}

/** The finding for an error of the API of SCF, STS or CAM; any other error is thrown again. */
export function apiRefused(error: unknown, about: string): Finding {
  if (!(error instanceof DeployError)) throw error;
  return wrong(`${about}: ${error.code}`, error.remedy);
}
