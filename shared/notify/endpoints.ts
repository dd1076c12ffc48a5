import type { Sql } from '../store/store.ts';
import { TOUCH_SECONDS } from './endpoint-turn.ts';
import type { Endpoint } from './read-webhooks.ts';

/** How an endpoint stands. Times are RFC 3339. */
export interface EndpointState {
  readonly Name: string;
  /** null: it is on */
  readonly DisabledAt: string | null;
}

/** Makes known which endpoints there are: whether one is on is noted for those. */
export async function noteEndpoints(sql: Sql, endpoints: readonly Endpoint[]): Promise<void> {
  const names = JSON.stringify(endpoints.map(({ name }) => name));
  await sql`
    insert into endpoints as e (name, touched_at)
    select name, jobwatch_now() from json_array_elements_text(${names}::text::json) as given (name)
    order by name
    on conflict (name) do update set touched_at = excluded.touched_at
      where e.touched_at is null or e.touched_at < excluded.touched_at - ${TOUCH_SECONDS} * interval '1 second'`;
}

/**
 * Switches an endpoint on: what waits for it goes out as its next attempts are due. Undefined when there never was such
 * an endpoint.
 */
export async function enableEndpoint(sql: Sql, name: string): Promise<EndpointState | undefined> {
  const { count } = await sql`
    update endpoints set disabled_at = null, paused_until = null where name = ${name}`;
  return count === 0 ? undefined : { Name: name, DisabledAt: null };
}
