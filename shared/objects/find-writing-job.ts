import { prepared } from '../store/prepared.ts';
import { texts } from '../store/sql-values.ts';
import type { Sql } from '../store/store.ts';
import { mayBecome } from '../submit/outputs/output.ts';

/** So many jobs that may have written an object are looked at. */
const MAX_CANDIDATES = 100;
/** In so many places of a key, the last ones, the number of a picture is looked for. */
const MAX_PLACES = 8;

/** CI tells the first of several pictures; whether it counts from 0 or 1 is a guess. */
const FIRST_NUMBERS = ['0', '1'];
const NUMBERS = ['${number}', '${Number}', ...FIRST_NUMBERS];

/** The job that wrote, or is to write, this object; open ones first. */
export async function findWritingJob(
  sql: Sql,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<string | undefined> {
  const watches = await prepared(sql<{ job_id: string; output_key: string; asked: string | null }[]>`
    select job_id, output_key, job->'Operation'->'Output'->>'Object' as asked from watches
    -- an array: one text, and one plan, however many numbers the key has in it
    where output_bucket = ${bucket} and output_key = any(array(${texts(sql, asAskedFor(key))})) and output_key <> ''
      -- what wrote nothing guards nothing, and no job writes what it reads
      and outcome not in ('Failed', 'Cancel') and job->'Input'->>'Object' is distinct from ${key}
    order by outcome = '' desc, output_key = ${key} desc, created_at desc
    limit ${MAX_CANDIDATES}`);
  return watches.find(
    (watch) =>
      [key, withOpenEnding(key)].includes(watch.output_key) ||
      (watch.asked !== null && mayBecome(watch.asked, key)),
  )?.job_id;
}

/** Of a template `gifs/a.gif` may have been asked for as `gifs/a.${ext}`, and of pictures `a-12.jpg` as `a-${number}.jpg`. */
function asAskedFor(key: string): string[] {
  const numbered = [...key.matchAll(/\d+/g)]
    .slice(-MAX_PLACES)
    .flatMap(({ index, 0: digits }) =>
      NUMBERS.map((number) => `${key.slice(0, index)}${number}${key.slice(index + digits.length)}`),
    );
  return [...new Set([key, ...numbered].flatMap((asked) => [asked, withOpenEnding(asked)]))];
}

function withOpenEnding(key: string): string {
  return key.replace(/[^./]+$/, '${ext}');
}
