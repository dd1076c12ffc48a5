import { createHash } from 'node:crypto';
import type { Sql } from '../../store/store.ts';
import { fits, type ObjectSet, resultOf } from './set.ts';

/** Tells that all renditions of an object's version have ended: once for a version, whatever is made of it again. */
export async function recordReady(sql: Sql, set: ObjectSet): Promise<void> {
  const { bucket, region, object, rule, version } = set;
  const Renditions = set.renditions.map((rendition) => {
    const result = resultOf(rendition);
    return {
      Name: rendition.name,
      Outcome: result?.Outcome ?? '',
      JobId: result?.JobId ?? '',
      Bucket: rendition.bucket,
      Region: rendition.region,
      Object: result?.Key ?? '',
      Bytes: result?.Bytes ?? null,
      Width: result?.Width ?? null,
      Height: result?.Height ?? null,
      Tries: rendition.tries.length,
      Fits: fits(rendition),
    };
  });
  const made = Renditions.filter(({ Outcome, Bytes }) => Outcome === 'Success' && Bytes !== null);
  const smallest = made.sort((a, b) => (a.Bytes ?? 0) - (b.Bytes ?? 0))[0]?.Name ?? null;
  const data = {
    Rule: rule,
    Bucket: bucket,
    Region: region,
    Object: object,
    Version: version,
    Smallest: smallest,
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
