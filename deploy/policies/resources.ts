import type { Bucket } from '../../shared/ci/bucket.ts';

/**
 * Resources in CAM's six segments, `qcs:project:service:region:account:resource`. An account that is left empty is
 * the one in which the policy is made [doc 598/10606]; only COS and CI say it, by the APPID in the bucket's name.
 */

/** A bucket as CI names it [doc 460/41741]. */
export function mediaOf({ name, region }: Bucket): string {
  return `qcs::ci:${region}:uid/${appIdOf(name)}:bucket/${name}/*`;
}

/** The objects of a bucket whose keys begin so [doc 436/30580]. */
export function objectsOf({ name, region }: Bucket, prefix = ''): string {
  return `qcs::cos:${region}:uid/${appIdOf(name)}:${name}/${prefix}*`;
}

/** [doc 598/57155] */
export function role(name: string): string {
  return `qcs::cam:::roleName/${name}`;
}

/** Functions whose names begin so [doc: SCF's page on policy syntax; that `*` may end a name is a guess]. */
export function functionsNamed(region: string, prefix: string): string {
  return `qcs::scf:${region}::namespace/default/function/${prefix}*`;
}

/** Custom domains [doc 598/57149]. */
export function domains(region: string): string {
  return `qcs::scf:${region}::domain/*`;
}

/** Every bucket's name ends in the account's APPID [doc]. */
function appIdOf(bucket: string): string {
  return bucket.slice(bucket.lastIndexOf('-') + 1);
}
