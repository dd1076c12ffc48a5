import { cloudName, rolesOf, type Service } from '../../service/service.ts';
import { allBuckets } from './buckets-of.ts';
import { deployerPolicy } from './deployer-policy.ts';
import { functionStatements } from './function-statements.ts';
import type { PolicyDocument } from './policy-document.ts';

/** The key of the policy for whoever deploys; no role is named so, since their names have the service's before it. */
export const DEPLOYER = 'deployer';

/**
 * The least that each role needs, under the role's name, and that of whoever deploys, under `deployer`. A function that
 * asks nothing of the cloud adds nothing: a role that only such functions have is not among them.
 *
 * @throws ConfigError when a function that needs CI_BUCKETS has none
 */
export function policies(service: Service): Record<string, PolicyDocument> {
  const roles = rolesOf(service);
  const ofRole = (role: string) =>
    service.functions.filter((own) => own.role === role).flatMap((own) => functionStatements(service, own));
  return {
    ...Object.fromEntries(roles.map((role) => [role, { version: '2.0', statement: ofRole(role) }])),
    [DEPLOYER]: deployerPolicy({
      region: service.region,
      functions: cloudName(service, ''),
      hasDomain: service.domain !== undefined,
      roles,
      buckets: allBuckets(service),
    }),
  };
}
