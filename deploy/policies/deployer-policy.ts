import type { Bucket } from '../../shared/ci/bucket.ts';
import { allow, type PolicyDocument } from './policy-document.ts';
import { domains, functionsNamed, mediaOf, objectsOf, role } from './resources.ts';

/**
 * CAM cannot confine these to a function: with any resource but `*` they are refused. Stated for CreateTrigger and
 * InvokeFunction [doc 598/70005, 598/57149], taken over for the rest [guess]: SCF's own pages say otherwise of some.
 */
const ON_ANY_FUNCTION = [
  'ListFunctions',
  'GetFunction',
  'CreateFunction',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
  'DeleteFunction',
  'ListTriggers',
  'CreateTrigger',
  'UpdateTrigger',
  'DeleteTrigger',
  'GetFunctionEventInvokeConfig',
  'UpdateFunctionEventInvokeConfig',
  'GetFunctionLogs',
  'ListCustomDomains',
  'InvokeFunction',
];

/** These can be confined [doc 598/57149 for the last; guess for its sisters]. */
const ON_OWN_FUNCTIONS = [
  'GetReservedConcurrencyConfig',
  'PutReservedConcurrencyConfig',
  'DeleteReservedConcurrencyConfig',
];

/** [doc 598/57149] for the first and the last. */
const ON_DOMAINS = ['CreateCustomDomain', 'UpdateCustomDomain', 'DeleteCustomDomain'];

export interface Deployed {
  readonly region: string;
  /** how the names of all functions begin */
  readonly functions: string;
  /** whether the routes have one origin of their own */
  readonly hasDomain: boolean;
  readonly roles: readonly string[];
  readonly buckets: readonly Bucket[];
}

/**
 * What whoever deploys may do, and what the doctor asks. COS triggers need no right to the bucket: SCF writes there by
 * a role of its own, SCF_QcsRole [doc 583/32389].
 */
export function deployerPolicy({ region, functions, hasDomain, roles, buckets }: Deployed): PolicyDocument {
  const scf = (names: readonly string[]) => names.map((name) => `scf:${name}`);
  return {
    version: '2.0',
    statement: [
      allow(scf(ON_ANY_FUNCTION), ['*']),
      allow(scf(ON_OWN_FUNCTIONS), [functionsNamed(region, functions)]),
      ...(hasDomain ? [allow(scf(ON_DOMAINS), [domains(region)])] : []),
      allow(['cam:PassRole'], roles.map(role)),
      allow(['cam:GetRole', 'ci:DescribeMediaBuckets'], ['*']),
      allow(['ci:DescribeMediaTemplates'], buckets.map(mediaOf)),
      allow(
        ['cos:HeadBucket'],
        buckets.map((bucket) => objectsOf(bucket)),
      ),
    ],
  };
}
