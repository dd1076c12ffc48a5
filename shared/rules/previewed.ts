import type { Config } from '../config.ts';
import type { ObjectPlace } from './match-rule.ts';
import { outputShape } from './output-parts.ts';
import { type Rule, viewsOf } from './rule.ts';

/** What is served to whoever may read, and by which rules. */
export interface Shown extends Pick<Config, 'buckets' | 'uploads'> {
  readonly rules: readonly Rule[];
}

/** Whether an object may be shown: a rule reads or writes there, or it was uploaded. Nothing else of a bucket is. */
export function isPreviewed(
  { bucket, region, key }: ObjectPlace,
  { buckets, uploads, rules }: Shown,
): boolean {
  if (!buckets.some((served) => served.name === bucket && served.region === region)) return false;
  if (uploads !== undefined && key.startsWith(uploads)) return true;
  return shownPrefixes(rules).some(
    (place) => place.bucket === bucket && place.region === region && key.startsWith(place.prefix),
  );
}

/** Where the rules read and write, as far as it is the same for all objects. */
export function shownPrefixes(
  rules: readonly Rule[],
): { readonly bucket: string; readonly region: string; readonly prefix: string }[] {
  return rules.flatMap((rule) => [
    { bucket: rule.bucket, region: rule.region, prefix: rule.prefix },
    ...viewsOf(rule).map((view) => ({
      bucket: view.output.bucket,
      region: view.output.region,
      prefix: outputShape(view).head,
    })),
  ]);
}
