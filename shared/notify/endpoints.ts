import type { Sql } from '../store/store.ts';
import { TOUCH_SECONDS } from './endpoint-turn.ts';
import type { Endpoint } from './read-webhooks.ts';

/** How an endpoint stands. Times are RFC 3339. */
export interface EndpointState {
  readonly Name: string;
  /** null: it is on */
  readonly DisabledAt: string | null;
}

/** Makes known which endpoints there are, and what may be said of them: never an address or a secret. */
export async function noteEndpoints(sql: Sql, endpoints: readonly Endpoint[]): Promise<void> {
  const given = JSON.stringify(
    endpoints.map(({ name, url, events, robot }) => ({
      name,
      kind: robot?.kind ?? 'webhook',
      host: url.host,
      events,
    })),
  );
  await sql`
    insert into endpoints as e (name, kind, host, events, configured, touched_at)
    select name, kind, host, array(select json_array_elements_text(events)), true, jobwatch_now()
    from json_to_recordset(${given}::text::json) as given (name text, kind text, host text, events json)
    order by name
    on conflict (name) do update set kind = excluded.kind, host = excluded.host, events = excluded.events,
      configured = true, touched_at = excluded.touched_at
      where e.touched_at is null or e.touched_at < excluded.touched_at - ${TOUCH_SECONDS} * interval '1 second'
        or (e.kind, e.host, e.events, e.configured)
          is distinct from (excluded.kind, excluded.host, excluded.events, true)`;
  await sql`
    update endpoints set configured = false
    where configured and name <> all(${endpoints.map(({ name }) => name)})`;
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
