import type { Sql } from '../store/store.ts';
import { recordOwnEvent } from '../watch/record-own-event.ts';

/** Asked for twice within this, it is one test. */
const TEST_SECONDS = 10;

interface EndpointTest {
  readonly EventId: string;
  /** as `GET /deliveries` will show it */
  readonly DeliveryId: string;
}

/**
 * Writes an event for this endpoint alone, whatever types it wants: `deliver` sends it. Undefined when deliver knows of no
 * such endpoint.
 */
export async function testEndpoint(sql: Sql, name: string, by: string): Promise<EndpointTest | undefined> {
  const [known] = await sql<{ key: string }[]>`
    select floor(extract(epoch from jobwatch_now()) / ${TEST_SECONDS})::bigint::text as key
    from endpoints where name = ${name} and configured`;
  if (known === undefined) return undefined;
  const event = { type: 'jobwatch.endpoint.test', subject: name, key: known.key, endpoint: name } as const;
  await recordOwnEvent(sql, { ...event, data: { Endpoint: name, By: by } });
  const id = `test-${name}-${known.key}`;
  return { EventId: id, DeliveryId: `${id}.${name}` };
}
