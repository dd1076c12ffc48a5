import type { Sql } from '../watch/store.ts';

/** The job that wrote, or is to write, this object; open ones first. */
export async function watchWriting(
  sql: Sql,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<string | undefined> {
  const [watch] = await sql<{ job_id: string }[]>`
    select job_id from watches
    where output_bucket = ${bucket} and output_key in (${key}, ${withOpenEnding(key)}) and output_key <> ''
    order by outcome = '' desc, created_at desc
    limit 1`;
  return watch?.job_id;
}

/** `gifs/a.gif` may have been asked for as `gifs/a.${ext}`. */
function withOpenEnding(key: string): string {
  return key.replace(/[^./]+$/, '${ext}');
}
