import type { Rendition, Rule } from '../../rules/rule.ts';
import type { Sql } from '../../store/store.ts';
import type { ObjectOfRule } from '../../submit/intent.ts';
import type { NewIntent } from '../../submit/intents/insert.ts';
import type { SetRendition } from './set.ts';

/** Whether the rule's results are waited for together: the short form without a fit is followed job by job alone. */
function isSet(renditions: readonly Rendition[]): boolean {
  const [first] = renditions;
  return first !== undefined && (first.name !== '' || first.fit !== undefined);
}

/** What an intent of the rule says of its renditions. */
export function partsOf({ renditions }: Pick<Rule, 'renditions'>): Pick<NewIntent, 'renditions' | 'set'> {
  return isSet(renditions) ? { renditions: renditions.map(({ name }) => name), set: 'new' } : {};
}

/** Begins what an intent's jobs belong to; nothing for a rule in the short form. */
export async function beginSet(
  sql: Sql,
  intentId: string,
  { bucket, region, object, rule, version }: ObjectOfRule & { readonly version: number },
  renditions: readonly Rendition[],
): Promise<void> {
  if (!isSet(renditions)) return;
  const begun = renditions.map(
    ({ name, output, fit }): SetRendition => ({
      name,
      bucket: output.bucket,
      region: output.region,
      fit: fit ?? null,
      tries: [],
      isLast: false,
      ended: false,
    }),
  );
  await sql`
    insert into object_sets (id, bucket, region, object, rule, version, renditions, created_at)
    values (${intentId}, ${bucket}, ${region}, ${object}, ${rule}, ${version},
      ${JSON.stringify(begun)}::text::json, jobwatch_now())`;
}
