import type { Service, ServiceFunction } from '../../service/service.ts';
import type { Bucket } from '../../shared/ci/bucket.ts';
import { readConfig } from '../../shared/config.ts';
import { shownPrefixes } from '../../shared/rules/previewed.ts';
import { bucketsOf } from './buckets-of.ts';
import { needsOf, type Operation } from './function-needs.ts';
import { allow, type Statement } from './policy-document.ts';
import { mediaOf, objectsOf, role } from './resources.ts';

/** The role by which CI itself reads and writes objects; its console makes it when the service is first opened. */
export const CI_ROLE = 'CI_QCSRole';

const OF_COS: readonly Operation[] = ['GetBucket', 'GetObject', 'PutObject'];

/**
 * What one function may do.
 *
 * @throws ConfigError when its environment has no CI_BUCKETS
 */
export function functionStatements(service: Service, own: ServiceFunction): Statement[] {
  const needs = needsOf(own.name);
  const buckets = bucketsOf(service, own);
  const media = needs
    .filter((operation) => !OF_COS.includes(operation))
    .map((operation) => `ci:${operation}`);
  return [
    allow(media, buckets.map(mediaOf)),
    // Whoever submits may read all that a preview may show.
    ...(needs.includes('CreateMediaJobs')
      ? submission(buckets)
      : needs.includes('GetObject')
        ? previews(service, own)
        : []),
    ...(needs.includes('PutObject') ? uploads(own) : []),
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

/** What `PREVIEWS` shows: where rules read and write, and what was uploaded. */
function previews({ rules }: Service, { environment }: ServiceFunction): Statement[] {
  const { previews: isOn, buckets } = readConfig(environment);
  if (!isOn) return [];
  const served = (place: { readonly bucket: string; readonly region: string }) =>
    buckets.some(({ name, region }) => name === place.bucket && region === place.region);
  const ofRules = shownPrefixes(rules)
    .filter(served)
    .map(({ bucket, region, prefix }) => objectsOf({ name: bucket, region }, prefix));
  return [allow(['cos:GetObject'], [...new Set([...ofRules, ...uploaded(environment)])])];
}

function uploads({ environment }: ServiceFunction): Statement[] {
  const below = uploaded(environment);
  return below.length === 0 ? [] : [allow(['cos:PutObject'], below)];
}

function uploaded(environment: ServiceFunction['environment']): string[] {
  const { uploads: prefix, buckets } = readConfig(environment);
  return prefix === undefined ? [] : buckets.map((bucket) => objectsOf(bucket, prefix));
}

/** For events that were lost, and for backfills. */
function listing({ rules }: Service): Statement[] {
  const prefixes = rules.map(({ bucket, region, prefix }) => objectsOf({ name: bucket, region }, prefix));
  return prefixes.length === 0 ? [] : [allow(['cos:GetBucket'], [...new Set(prefixes)])];
}
