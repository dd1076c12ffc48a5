import { createHash } from 'node:crypto';
import type { Sql } from '../../store/store.ts';
import type { ObjectSet } from './set.ts';
import { smallestOf, toldRenditions } from './told-renditions.ts';

/** Tells that all renditions of an object's version have ended: once for a version, whatever is made of it again. */
export async function recordReady(sql: Sql, set: ObjectSet): Promise<void> {
  const { bucket, region, object, rule, version } = set;
  const Renditions = toldRenditions(set);
  const data = {
    Rule: rule,
    Bucket: bucket,
    Region: region,
    Object: object,
    Version: version,
    Smallest: smallestOf(Renditions),
    Renditions,
  };
  const key = createHash('sha256')
    .update(JSON.stringify([bucket, region, object, rule, version]))
    .digest('hex');
  await sql`
    insert into events (id, job_id, bucket, type, at, data, subject)
    select ${`ready-${key.slice(0, 32)}`}, '', ${bucket}, 'jobwatch.object.ready', jobwatch_now(),
      ${JSON.stringify(data)}::text::json, ${object}
    on conflict (id) do nothing`;
}
