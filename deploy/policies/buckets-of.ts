import type { Service, ServiceFunction } from '../../service/service.ts';
import type { Bucket } from '../../shared/ci/bucket.ts';
import { readConfig } from '../../shared/config.ts';

/**
 * The buckets that a function works with: those that requests may name, and those of the rules, since pending
 * submissions of both are worked off together.
 *
 * @throws ConfigError when the function's environment has no CI_BUCKETS
 */
export function bucketsOf({ rules }: Service, own: ServiceFunction): Bucket[] {
  const ofRules = rules.map(({ bucket, region }) => ({ name: bucket, region }));
  return distinct([...readConfig(own.environment).buckets, ...ofRules]);
}

/** Those of all functions together that ask the cloud for anything. */
export function allBuckets(service: Service): Bucket[] {
  const asking = service.functions.filter(({ role }) => role !== '');
  return distinct(asking.flatMap((own) => bucketsOf(service, own)));
}

function distinct(buckets: readonly Bucket[]): Bucket[] {
  return [...new Map(buckets.map((bucket) => [`${bucket.name}@${bucket.region}`, bucket])).values()];
}
