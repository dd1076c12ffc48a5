import type { Sql } from '../watch/store.ts';
import { isNewVersion, type KnownVersion, latestVersion, type ToldVersion } from './object-version.ts';

export interface ObjectOfRule {
  readonly bucket: string;
  readonly region: string;
  readonly object: string;
  readonly rule: string;
}

/** Notes a write of an object and tells whether it is a new version for the rule. One at a time for each object. */
export async function takeVersion(sql: Sql, at: ObjectOfRule, told: ToldVersion): Promise<boolean> {
  const time = new Date(told.timeMs);
  const writes = told.write === '' ? [] : [told.write];
  const inserted = await sql`
    insert into object_versions (bucket, region, object, rule, etag, event_time, writes, seen_at)
    values (${at.bucket}, ${at.region}, ${at.object}, ${at.rule}, ${told.etag}, ${time}, ${writes}, jobwatch_now())
    on conflict do nothing
    returning 1`;
  if (inserted.length === 1) return true;
  const [row] = await sql<{ etag: string; event_time: Date; writes: string[] }[]>`
    select etag, event_time, writes from object_versions
    where bucket = ${at.bucket} and region = ${at.region} and object = ${at.object} and rule = ${at.rule}
    for update`;
  if (row === undefined) throw new Error('the version of an object vanished while it was taken');
  const known: KnownVersion = { etag: row.etag, timeMs: row.event_time.getTime(), writes: row.writes };
  const latest = latestVersion(known, told);
  if (latest !== known) {
    await sql`
      update object_versions set
        etag = ${latest.etag}, event_time = ${new Date(latest.timeMs)}, writes = ${[...latest.writes]},
        seen_at = jobwatch_now()
      where bucket = ${at.bucket} and region = ${at.region} and object = ${at.object} and rule = ${at.rule}`;
  }
  return isNewVersion(known, told);
}
