import type { Sql } from '../../store/store.ts';
import { mayStillWrite } from './in-use.ts';

/** Holds are looked through for idle ones once they are so old. */
const IDLE_AFTER_SECONDS = 600;
/** So many in one sweep. */
const IDLE_BATCH = 100;

/** Removes holds of outputs that nobody writes any more, a few at a time: until then they hold nobody up. */
export async function removeIdleHolds(sql: Sql): Promise<void> {
  const oldest = await sql<{ bucket: string; key: string; busy: boolean }[]>`
    select bucket, key, ${mayStillWrite(sql, sql`h.intent_id`)} as busy from output_holds h
    where held_at < (select jobwatch_now() - ${IDLE_AFTER_SECONDS} * interval '1 second')
    order by held_at limit ${IDLE_BATCH}
    for update skip locked`;
  // Travel together: a hundred statements are one round trip.
  await Promise.all(
    oldest.map(({ bucket, key, busy }) =>
      busy
        ? // looked at again after all others
          sql`update output_holds set held_at = jobwatch_now() where bucket = ${bucket} and key = ${key}`
        : sql`delete from output_holds where bucket = ${bucket} and key = ${key}`,
    ),
  );
}
