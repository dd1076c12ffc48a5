import type { Sql } from '../store/store.ts';

/** The job that wrote, or is to write, this object; open ones first. */
export async function findWritingJob(
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

/** Of a template `gifs/a.gif` may have been asked for as `gifs/a.${ext}`. */
function withOpenEnding(key: string): string {
  return key.replace(/[^./]+$/, '${ext}');
}
