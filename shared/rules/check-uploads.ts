import type { Config } from '../config.ts';
import { ConfigError } from '../read-variables.ts';
import { mayBegin } from './check-rules.ts';
import { outputShape } from './output-parts.ts';
import { type Rule, viewsOf } from './rule.ts';

/** What is uploaded must start no job by itself, and must not lie where jobs write. @throws ConfigError */
export function checkUploads(
  { uploads, buckets }: Pick<Config, 'uploads' | 'buckets'>,
  rules: readonly Rule[],
): void {
  if (uploads === undefined) return;
  const isServed = (place: { readonly bucket: string }) => buckets.some(({ name }) => name === place.bucket);
  for (const rule of rules) {
    const catches = isServed(rule) && mayBegin(rule.prefix, uploads);
    const writes = viewsOf(rule).some(
      (view) => isServed(view.output) && mayBegin(outputShape(view).head, uploads),
    );
    if (catches || writes)
      throw new ConfigError(
        `UPLOADS: expected a prefix of its own, got one that rule ${rule.name} ${catches ? 'catches' : 'writes to'}`,
      );
  }
}
