import type { Service, ServiceFunction } from '../../service/service.ts';
import type { Bucket } from '../../shared/ci/bucket.ts';
import { bucketsOf } from './buckets-of.ts';
import { needsOf } from './function-needs.ts';
import { allow, type Statement } from './policy-document.ts';
import { mediaOf, objectsOf, role } from './resources.ts';

/** The role by which CI itself reads and writes objects; its console makes it when the service is first opened. */
export const CI_ROLE = 'CI_QCSRole';

/**
 * What one function may do.
 *
 * @throws ConfigError when its environment has no CI_BUCKETS
 */
export function functionStatements(service: Service, own: ServiceFunction): Statement[] {
  const needs = needsOf(own.name);
  const buckets = bucketsOf(service, own);
  const media = needs.filter((operation) => operation !== 'GetBucket').map((operation) => `ci:${operation}`);
  return [
    allow(media, buckets.map(mediaOf)),
    ...(needs.includes('CreateMediaJobs') ? submission(buckets) : []),
    ...(needs.includes('GetBucket') ? listing(service) : []),
  ];
}

/** A job reads its input by the submitter's right and works on by CI's role, which is passed to it [doc 460/104297, 436/116104]. */
function submission(buckets: readonly Bucket[]): Statement[] {
  return [
    allow(
      ['cos:GetObject'],
      buckets.map((bucket) => objectsOf(bucket)),
    ),
    allow(['cam:PassRole'], [role(CI_ROLE)]),
  ];
}

function listing({ rules }: Service): Statement[] {
  const prefixes = rules
    .filter(({ reconcile }) => reconcile)
    .map(({ bucket, region, prefix }) => objectsOf({ name: bucket, region }, prefix));
  return prefixes.length === 0 ? [] : [allow(['cos:GetBucket'], [...new Set(prefixes)])];
}
