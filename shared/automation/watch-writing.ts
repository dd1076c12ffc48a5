import { withEnding } from '../ci/picture-ending.ts';
import type { Sql } from '../watch/store.ts';

const PLACEHOLDERS: Readonly<Record<string, string>> = { '${jobid}': '[\\w-]+', '${ext}': '[^./]+' };

/** The job that wrote, or is to write, this object; open ones first. */
export async function watchWriting(
  sql: Sql,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<string | undefined> {
  const [watch] = await sql<{ job_id: string }[]>`
    select job_id from watches
    where output_bucket = ${bucket} and output_key in (${key}, ${withOpenEnding(key)}) and output_key <> ''
      -- what wrote nothing guards nothing, and no job writes what it reads
      and outcome not in ('Failed', 'Cancel') and job->'Input'->>'Object' is distinct from ${key}
    order by outcome = '' desc, created_at desc
    limit 1`;
  return watch?.job_id;
}

/**
 * Whether a job that CI may have taken, but has not told us of, is to write this object: the answer to its submission is
 * on its way, or was lost.
 */
export async function isBeingWritten(
  sql: Sql,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<boolean> {
  const outputs = await sql<{ object: string | null; format: string | null }[]>`
    select operation->'Output'->>'Object' as object, operation->'Animation'->'Container'->>'Format' as format
    from intents, json_array_elements(request->'Operation') as operation
    where settled_at is null and tries > 0 and request->'Input'->>'Object' is distinct from ${key}
      and operation->'Output'->>'Bucket' = ${bucket}`;
  return outputs.some(({ object, format }) => object !== null && mayBecome(withEnding(object, format), key));
}

/** Whether CI, which fills in `${jobid}` and `${ext}`, may make this key of the one that was asked for. */
function mayBecome(asked: string, key: string): boolean {
  const pattern = asked
    .split(/(\$\{jobid\}|\$\{ext\})/)
    .map((part) => PLACEHOLDERS[part] ?? part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pattern.join('')}$`).test(key);
}

/** Of a template `gifs/a.gif` may have been asked for as `gifs/a.${ext}`. */
function withOpenEnding(key: string): string {
  return key.replace(/[^./]+$/, '${ext}');
}
