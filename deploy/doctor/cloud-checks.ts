import { rolesOf, type Service } from '../../service/service.ts';
import type { Bucket } from '../../shared/ci/bucket.ts';
import { viewsOf } from '../../shared/rules/rule.ts';
import { allBuckets } from '../policies/buckets-of.ts';
import { CI_ROLE } from '../policies/function-statements.ts';
import { CI_CARRIER, SCF_CARRIER } from '../policies/trust-policy.ts';
import { bucketBound } from './checks/bucket-bound.ts';
import { bucketExists } from './checks/bucket-exists.ts';
import { clockDifference } from './checks/clock-difference.ts';
import { credentialsAccepted } from './checks/credentials-accepted.ts';
import { type ExpectedRole, roleExists } from './checks/role-exists.ts';
import { templateExists } from './checks/template-exists.ts';
import type { CloudAccess } from './cloud-access.ts';
import { type Check, skipped } from './finding.ts';

const MAKE_ROLE = 'Make it as docs/permissions.md says, with the policy that `npx osls policy` prints.';
const GRANT_CI_ROLE = "As the account's owner open the CI console (数据万象) once, and grant it the role.";

/** CAM has no question for it. */
const PASS_ROLE: Check = {
  about: 'PassRole',
  run: async () =>
    skipped(
      "PassRole: only a deployment tells; it needs cam:PassRole on the functions' roles (docs/permissions.md, What whoever deploys may do)",
    ),
};

/** Of the account: what a deployment and its functions need to be there. */
export function cloudChecks(cloud: CloudAccess, service: Service): Check[] {
  const buckets = allBuckets(service);
  const [first] = buckets;
  return [
    { about: 'credentials', run: (signal) => credentialsAccepted(cloud, service.region, signal) },
    ...(first === undefined ? [] : [clock(cloud, first)]),
    ...buckets.flatMap((bucket) => ofBucket(cloud, bucket)),
    ...templates(cloud, service),
    ...rolesOf(service).map((name) => ofRole(cloud, { name, carrier: SCF_CARRIER, remedy: MAKE_ROLE })),
    ofRole(cloud, { name: CI_ROLE, carrier: CI_CARRIER, remedy: GRANT_CI_ROLE }),
    PASS_ROLE,
  ];
}

function clock(cloud: CloudAccess, bucket: Bucket): Check {
  return { about: 'clock', run: (signal) => clockDifference(cloud, bucket, signal) };
}

function ofBucket(cloud: CloudAccess, bucket: Bucket): Check[] {
  return [
    { about: `bucket ${bucket.name}`, run: (signal) => bucketExists(cloud, bucket, signal) },
    { about: `Cloud Infinite, bucket ${bucket.name}`, run: (signal) => bucketBound(cloud, bucket, signal) },
  ];
}

function templates(cloud: CloudAccess, { rules }: Service): Check[] {
  return rules.flatMap(viewsOf).flatMap((rule) => {
    const id = rule.job['TemplateId'];
    if (typeof id !== 'string' || id === '') return [];
    return [
      { about: `rule ${rule.name}`, run: (signal: AbortSignal) => templateExists(cloud, rule, id, signal) },
    ];
  });
}

function ofRole(cloud: CloudAccess, role: ExpectedRole): Check {
  return { about: `role ${role.name}`, run: (signal) => roleExists(cloud, role, signal) };
}
